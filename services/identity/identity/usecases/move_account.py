"""An account gets another address: told to the others, and nothing mailed to the old one works."""

from dataclasses import replace
from datetime import datetime

from identity.domain.accounts import Account
from identity.repository import accounts
from identity.usecases.activate_account import contact_of
from identity.usecases.end_sessions import EndReason, end_within
from identity.usecases.send_link import ACTIVATION, RECOVERY, void_links
from shared import outbox
from shared.database import Transaction


async def move_account(
    tx: Transaction,
    account: Account,
    email: str,
    email_key: str,
    *,
    reason: EndReason,
    now: datetime,
) -> Account | None:
    """The account with its new address, or None when the address has become another account's.

    All its sessions end (R-11). The account's row must be locked.
    """
    version = await accounts.set_email(tx, account.account_id, email, email_key)
    if version is None:
        return None
    moved = replace(account, email=email)
    if account.state == "active":
        await outbox.add(tx, contact_of(moved), sequence=version, now=now)
    for kind in (ACTIVATION, RECOVERY):
        await void_links(tx, kind, account.account_id, now)
    await end_within(tx, account.account_id, None, reason=reason, now=now)
    return moved
