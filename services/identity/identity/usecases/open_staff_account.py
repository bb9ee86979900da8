"""A staff member's account comes into being: pending, and told as an event (R-14)."""

from datetime import datetime
from uuid import UUID

from identity.domain.errors import AccountExists
from identity.domain.staff import NewStaff
from identity.repository import email_changes, staff
from shared import outbox
from shared.contracts.identity import AccountRegistered
from shared.database import Transaction
from shared.ids import uuid7


async def open_staff_account(
    tx: Transaction, wanted: NewStaff, *, locale: str, now: datetime
) -> UUID:
    """The new account's id; AccountExists when address or doctor have one.

    An address counts as taken while another account may yet come, or come back, to it (R-11).
    """
    account_id = uuid7()
    if await email_changes.reserved(tx, wanted.email_key, account_id, now):
        raise AccountExists
    if not await staff.add(tx, account_id, wanted, locale=locale, now=now):
        raise AccountExists
    registered = AccountRegistered(account_id=account_id, family_id=None)
    await outbox.add(tx, registered, sequence=1, now=now)
    return account_id
