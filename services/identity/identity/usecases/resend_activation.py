"""Mailing the activation link again (R-06)."""

from datetime import datetime, timedelta

from identity.repository import accounts, links
from identity.sealing import Keyring
from identity.usecases.find_account import Username, find_account
from identity.usecases.send_activation import PURPOSE, send_activation
from shared.database import Database


async def resend_activation(
    database: Database,
    keyring: Keyring,
    username: Username,
    *,
    least_interval: timedelta,
    life: timedelta,
    now: datetime,
) -> None:
    """Sends a new link to a pending account's address, and tells nobody whether it did.

    It does nothing when there is no such account, when it is active, or when the last mail is
    younger than the interval.
    """
    async with database.transaction() as tx:
        account = await find_account(tx, username)
        if account is None or account.state != "pending":
            return
        # Twins wait here; the second then sees the first one's link.
        await accounts.lock(tx, account.account_id)
        last = await links.last_created_at(tx, account.account_id, PURPOSE)
        if last is not None and now - last < least_interval:
            return
        await send_activation(
            tx,
            keyring,
            account_id=account.account_id,
            email=account.email,
            name=account.name,
            life=life,
            now=now,
        )
