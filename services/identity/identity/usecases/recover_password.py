"""The recovery link is followed: a new password, shown once and mailed; all sessions end (R-09)."""

from datetime import datetime, timedelta

import structlog

from identity.domain.errors import LinkExpired
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, email_failures, links, password_hashes
from identity.sealing import Keyring
from identity.usecases.end_sessions import end_within
from identity.usecases.login_delays import forget_failures
from identity.usecases.mailed_links import claimed, valid_link
from identity.usecases.send_credentials import Credentials, send_credentials
from identity.usecases.send_link import RECOVERY
from shared.database import Database

_log = structlog.get_logger()


async def recover_password(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    token: str,
    *,
    password_life: timedelta,
    now: datetime,
) -> Credentials:
    """The credentials, once. Raises NotFound for a token that never was, LinkUsed, LinkExpired."""
    link = await valid_link(database, token, RECOVERY.purpose, now)
    async with claimed(database, link, now) as claim:
        password = generate()
        password_hash = await passwords.hash(password)
        async with database.transaction() as tx:
            account = await accounts.locked(tx, link.account_id)
            if account is None or account.state != "active":
                raise LinkExpired
            if not await links.use(tx, link.link_id, claimed_until=claim, now=now):
                raise LinkExpired
            expires_at = now + password_life
            await password_hashes.set_generated(
                tx,
                account.account_id,
                password_hash=password_hash,
                password_expires_at=expires_at,
            )
            await email_failures.clear(tx, account.account_id)
            await end_within(tx, account.account_id, None, reason="password_recovered", now=now)
            await forget_failures(tx, keyring, str(account.account_id))
            credentials = Credentials(account.username, password, expires_at)
            await send_credentials(tx, keyring, account, credentials, now=now)
    _log.info("password_recovered", account_id=account.account_id)
    return credentials
