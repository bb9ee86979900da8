"""An account becomes active with a generated password, and its address is told (R-07)."""

from datetime import datetime

from identity.domain.accounts import Account
from identity.domain.errors import LinkExpired
from identity.repository import accounts
from shared import outbox
from shared.contracts.identity import AccountActivated, ContactChanged
from shared.database import Transaction


async def activate_account(
    tx: Transaction,
    account: Account,
    *,
    password_hash: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Stores the hash and tells the others; raises LinkExpired when it was closed meanwhile."""
    versions = await accounts.activate(
        tx,
        account.account_id,
        password_hash=password_hash,
        password_expires_at=expires_at,
        now=now,
    )
    if versions is None:
        raise LinkExpired
    public, contact = versions
    activated = AccountActivated(account_id=account.account_id, family_id=account.family_id)
    await outbox.add(tx, activated, sequence=public, now=now)
    await outbox.add(tx, contact_of(account), sequence=contact, now=now)


def contact_of(account: Account) -> ContactChanged:
    """Where an account is reached, as the others keep it."""
    return ContactChanged(
        account_id=account.account_id,
        family_id=account.family_id,
        email=account.email,
        name=account.name,
        locale=account.locale,
        reminders=account.reminders,
    )
