"""Mailing the activation link again (R-06)."""

from datetime import datetime, timedelta

from identity.domain.slowing import Limits
from identity.repository import accounts
from identity.sealing import Keyring
from identity.usecases.find_account import Username, find_account
from identity.usecases.limit_mails import may_ask_from, may_mail
from identity.usecases.send_link import ACTIVATION, send_link, too_soon
from shared.database import Database


async def resend_activation(
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
    """Sends a new link to a pending account's address, and tells nobody whether it did.

    It does nothing when there is no such account, when it is active, when the last mail is younger
    than the interval, or beyond the limits per name and client address; all of it is counted alike.
    """
    async with database.transaction() as tx:
        asked = await may_ask_from(tx, keyring, address, now)
        if not await may_mail(tx, keyring, f"activation {username.text}", limits, now) or not asked:
            return
        found = await find_account(tx, username)
        if found is None:
            return
        account = await accounts.locked(tx, found.account_id)
        if account is None or account.state != "pending":
            return
        if await too_soon(
            tx, ACTIVATION, account.account_id, least_interval=least_interval, now=now
        ):
            return
        await send_link(
            tx,
            keyring,
            ACTIVATION,
            account_id=account.account_id,
            email=account.email,
            name=account.name,
            life=life,
            now=now,
            more=account.words,
        )
