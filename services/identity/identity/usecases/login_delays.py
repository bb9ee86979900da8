"""Failing at a password makes the next try wait, wherever the password was asked for (R-08)."""

import math
from dataclasses import dataclass
from datetime import datetime

from identity.domain import slowing
from identity.domain.accounts import Account
from identity.domain.slowing import Limits
from identity.repository import failures
from identity.sealing import Keyring
from shared.database import Database, Transaction
from shared.errors import TooMany


@dataclass(frozen=True, slots=True)
class Tried:
    """By which name and from where, as keyed digests."""

    name: bytes
    address: bytes


def tried(keyring: Keyring, name: str, address: str) -> Tried:
    """`name` in its canonical form, so that one name is counted once."""
    return Tried(keyring.digest("login_name", name), keyring.digest("address", address))


def counted_as(account: Account | None, name: str) -> str:
    """Failures count for the account, whichever of its names was tried; else for the name."""
    return name if account is None else str(account.account_id)


async def refuse_during_delay(tx: Transaction, subject: Tried, now: datetime) -> None:
    """TooMany with the seconds to wait, known name or not."""
    until = await failures.blocked_until(tx, subject.name, subject.address, now)
    if until is not None:
        raise TooMany(math.ceil((until - now).total_seconds()))


async def count_failure(database: Database, subject: Tried, limits: Limits, now: datetime) -> None:
    """One more for the name and for the address; the delay follows from the count."""
    async with database.transaction() as tx:
        since = now - slowing.NAME_FORGOTTEN
        by_name = await failures.count(tx, "login_name", subject.name, since=since, now=now)
        since = now - slowing.ADDRESS_WINDOW
        by_address = await failures.count(
            tx, "login_address", subject.address, since=since, now=now
        )
        if delay := slowing.name_delay(by_name, limits):
            await failures.block(tx, "login_name", subject.name, now + delay)
        if delay := slowing.address_delay(by_address):
            await failures.block(tx, "login_address", subject.address, now + delay)


async def forget_failures(tx: Transaction, keyring: Keyring, *names: str) -> None:
    """The owner has proved to be the owner: others' failures hold nobody up any more."""
    for name in names:
        await failures.forget(tx, "login_name", keyring.digest("login_name", name))
