"""Proving that one belongs: number, serial and coverage match the roll; guesses end (R-04)."""

import math
from datetime import date, datetime

from identity.domain import slowing
from identity.domain.accounts import Family
from identity.domain.slowing import Limits
from identity.repository import failures, families
from identity.sealing import Keyring
from shared.database import Transaction
from shared.errors import TooMany

SERIAL = "serial"


async def prove_serial(
    tx: Transaction,
    keyring: Keyring,
    *,
    number: str,
    serial: str,
    address: str,
    limits: Limits,
    day: date,
    now: datetime,
) -> Family | None:
    """The family, its row locked; None for an unknown number, a wrong serial or no coverage.

    A failure is counted in this transaction: commit it before refusing. Attempts on one number
    wait for each other, known or not, so that a volley has no more guesses than a queue. Raises
    TooMany for a day after 5 failures on a number, for seconds after 20 from an address in an hour;
    successes are never counted.
    """
    by_number = keyring.digest("serial_number", number)
    by_address = keyring.digest("address", address)
    await tx.execute(
        "SELECT pg_advisory_xact_lock($1)", int.from_bytes(by_number[:8], "big", signed=True)
    )
    await _refuse_beyond(tx, by_number, by_address, limits, now)
    family = await families.by_member_number(tx, number, day)
    held = family.serial_digest if family is not None else None
    proven = keyring.matches(SERIAL, serial, held)
    if family is not None and proven and family.covered:
        return family
    await failures.count(
        tx, "serial_number", by_number, since=now - slowing.SERIAL_NUMBER_WINDOW, now=now
    )
    at_address = await failures.count(
        tx, "serial_address", by_address, since=now - slowing.SERIAL_ADDRESS_WINDOW, now=now
    )
    if delay := slowing.serial_address_delay(at_address):
        await failures.block(tx, "serial_address", by_address, now + delay)
    return None


async def _refuse_beyond(
    tx: Transaction, by_number: bytes, by_address: bytes, limits: Limits, now: datetime
) -> None:
    number_since = now - slowing.SERIAL_NUMBER_WINDOW
    on_number = await failures.counted(tx, "serial_number", by_number, since=number_since)
    if on_number is not None and on_number[0] >= limits.serials:
        raise TooMany(math.ceil((on_number[1] - number_since).total_seconds()))
    until = await failures.blocked(tx, "serial_address", by_address, now)
    if until is not None:
        raise TooMany(math.ceil((until - now).total_seconds()))
