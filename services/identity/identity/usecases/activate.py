"""Activating an account: the link is consumed, a password made, shown once and mailed (R-07)."""

from datetime import datetime, timedelta

import structlog

from identity.domain.errors import LinkExpired
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, links
from identity.sealing import Keyring
from identity.usecases.activate_account import activate_account
from identity.usecases.mailed_links import claimed, valid_link
from identity.usecases.send_credentials import Credentials, send_credentials
from identity.usecases.send_link import ACTIVATION
from shared.database import Database

_log = structlog.get_logger()


async def activate(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    token: str,
    *,
    password_life: timedelta,
    now: datetime,
) -> Credentials:
    """The credentials, once. Raises NotFound for a token that never was, LinkUsed, LinkExpired."""
    link = await valid_link(database, token, ACTIVATION.purpose, now)
    async with claimed(database, link, now) as claim:
        password = generate()
        password_hash = await passwords.hash(password)
        async with database.transaction() as tx:
            account = await accounts.locked(tx, link.account_id)
            if account is None or account.state != "pending":
                raise LinkExpired
            if not await links.use(tx, link.link_id, claimed_until=claim, now=now):
                raise LinkExpired
            expires_at = now + password_life
            await activate_account(
                tx, account, password_hash=password_hash, expires_at=expires_at, now=now
            )
            credentials = Credentials(account.username, password, expires_at)
            await send_credentials(tx, keyring, account, credentials, now=now)
    _log.info("account_activated", account_id=account.account_id)
    return credentials
