"""A change of address takes effect: when its wait is over, or at once for the owner (R-11)."""

from datetime import datetime
from uuid import UUID

import structlog

from identity.domain.accounts import Account
from identity.domain.email_changes import EmailChange
from identity.repository import accounts, email_changes
from identity.sealing import Keyring
from identity.usecases.move_account import move_account
from identity.usecases.send_notice import send_notice
from shared.database import Database, Transaction

AT_ONCE = 100
_log = structlog.get_logger()


async def apply_due_changes(database: Database, keyring: Keyring, *, now: datetime) -> int:
    """Applies what has waited long enough; returns how many. Several replicas may do it together.

    Each change is a transaction of its own: one that can't be applied holds up no other.
    """
    async with database.connection() as connection:
        due = await email_changes.due(connection, now, AT_ONCE)
    applied = 0
    for row in due:
        applied += await _apply(database, keyring, row["change_id"], row["account_id"], now)
    return applied


async def apply_email_change(
    tx: Transaction, keyring: Keyring, account: Account, change: EmailChange, *, now: datetime
) -> bool:
    """The account, its row locked, moves to the new address; False when that is another's now."""
    moved = await move_account(
        tx, account, change.new_email, change.new_email_key, reason="email_changed", now=now
    )
    if moved is None:
        await email_changes.settle(tx, change.change_id, "refused")
        await send_notice(tx, keyring, account, "email_not_changed", now=now)
        return False
    await email_changes.settle(tx, change.change_id, "done")
    await send_notice(tx, keyring, moved, "email_changed", now=now)
    _log.info("email_changed", account_id=account.account_id)
    return True


async def _apply(
    database: Database, keyring: Keyring, change_id: UUID, account_id: UUID, now: datetime
) -> bool:
    async with database.transaction() as tx:
        account = await accounts.locked(tx, account_id)
        # Read under the lock: another replica, or the old address, may have been faster.
        change = await email_changes.waiting(tx, change_id)
        if account is None or change is None:
            return False
        if account.state != "active":
            await email_changes.settle(tx, change_id, "refused")
            return False
        return await apply_email_change(tx, keyring, account, change, now=now)
