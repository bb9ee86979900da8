"""Recovering a forgotten password begins: a link goes to the account's mailbox (R-09)."""

from datetime import datetime, timedelta

from identity.domain.slowing import Limits
from identity.repository import accounts
from identity.sealing import Keyring
from identity.usecases.find_account import Username, find_account
from identity.usecases.limit_mails import may_ask_from, may_mail
from identity.usecases.send_link import RECOVERY, send_link, too_soon
from shared.database import Database


async def request_recovery(
    database: Database,
    keyring: Keyring,
    username: Username,
    *,
    address: str,
    limits: Limits,
    least_interval: timedelta,
    life: timedelta,
    now: datetime,
) -> None:
    """Mails a link to an active account, and tells nobody whether it did.

    A generated password that has expired is no hindrance. Nothing is sent for a name without an
    active account, within the interval after the last link, or beyond the limits per name and
    client address; all of it is counted alike.
    """
    async with database.transaction() as tx:
        asked = await may_ask_from(tx, keyring, address, now)
        if not await may_mail(tx, keyring, f"recovery {username.text}", limits, now) or not asked:
            return
        found = await find_account(tx, username)
        if found is None:
            return
        account = await accounts.locked(tx, found.account_id)
        if account is None or account.state != "active":
            return
        if await too_soon(tx, RECOVERY, account.account_id, least_interval=least_interval, now=now):
            return
        await send_link(
            tx,
            keyring,
            RECOVERY,
            account_id=account.account_id,
            email=account.email,
            name=account.name,
            life=life,
            now=now,
        )
