"""A family's account comes into being: pending, with what was accepted, told as an event (R-02)."""

from datetime import datetime
from uuid import UUID

from identity.domain.accounts import Consent, Contact, Family
from identity.repository import accounts, email_changes
from shared import outbox
from shared.contracts.identity import AccountRegistered
from shared.database import Transaction
from shared.ids import uuid7


async def open_account(
    tx: Transaction,
    family: Family,
    contact: Contact,
    consents: list[Consent],
    *,
    locale: str,
    now: datetime,
) -> UUID | None:
    """The new account's id, or None when family or address have an account already.

    An address counts as taken while another account may yet come, or come back, to it (R-11).
    """
    account_id = uuid7()
    if await email_changes.reserved(tx, contact.email_key, account_id, now):
        return None
    added = await accounts.add(
        tx,
        account_id=account_id,
        family_id=family.family_id,
        contact=contact,
        locale=locale,
        now=now,
    )
    if not added:
        return None
    await accounts.add_consents(tx, account_id, consents, now)
    registered = AccountRegistered(account_id=account_id, family_id=family.family_id)
    await outbox.add(tx, registered, sequence=1, now=now)
    return account_id
