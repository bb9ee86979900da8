"""Activating an account: the link is consumed, a password made, shown once and mailed (R-07)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from identity.domain.errors import LinkExpired, LinkUsed
from identity.domain.links import Link, readable_token, state_of, token_digest
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, links
from identity.sealing import Keyring
from identity.usecases.activate_account import activate_account
from identity.usecases.request_delivery import Message, request_delivery
from identity.usecases.send_activation import PURPOSE
from shared.database import Database
from shared.errors import NotFound

CLAIM = timedelta(seconds=6)
"""Longer than a request may last: while one hashes, the others needn't."""
CREDENTIALS_LIFE = timedelta(hours=72)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Shown once; `expires_at` is when a password never changed stops working."""

    username: str
    temporary_password: str
    expires_at: datetime


async def activate(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    token: str,
    *,
    password_life: timedelta,
    now: datetime,
) -> Credentials:
    """The credentials, once. Raises NotFound for a token that never was, LinkUsed, LinkExpired.

    Of many at once one claims the link, and only that one pays for hashing; a claim that comes to
    nothing is given back, or runs out by itself.
    """
    link = await find_link(database, token)
    _assert_valid(link, now)
    claimed_until = now + CLAIM
    async with database.connection() as connection:
        if not await links.claim(connection, link.link_id, until=claimed_until, now=now):
            raise LinkUsed
    try:
        password = generate()
        password_hash = await passwords.hash(password)
        return await _finish(
            database,
            keyring,
            link,
            password=password,
            password_hash=password_hash,
            claimed_until=claimed_until,
            expires_at=now + password_life,
            now=now,
        )
    except Exception:
        async with database.connection() as connection:
            await links.release(connection, link.link_id, until=claimed_until)
        raise


async def find_link(database: Database, token: str) -> Link:
    """The activation link of a token, whatever became of it; reading consumes nothing."""
    if not readable_token(token):
        raise NotFound
    async with database.connection() as connection:
        link = await links.by_token(connection, token_digest(token), PURPOSE)
    if link is None:
        raise NotFound
    return link


def _assert_valid(link: Link, now: datetime) -> None:
    match state_of(link, now):
        case "used":
            raise LinkUsed
        case "expired":
            raise LinkExpired
        case _:
            return


async def _finish(
    database: Database,
    keyring: Keyring,
    link: Link,
    *,
    password: str,
    password_hash: str,
    claimed_until: datetime,
    expires_at: datetime,
    now: datetime,
) -> Credentials:
    async with database.transaction() as tx:
        if not await links.use(tx, link.link_id, claimed_until=claimed_until, now=now):
            raise LinkExpired
        account = await accounts.by_id(tx, link.account_id)
        if account is None or account.state == "closed":
            raise LinkExpired
        await activate_account(
            tx, account, password_hash=password_hash, expires_at=expires_at, now=now
        )
        data = {
            "username": account.username,
            "temporary_password": password,
            "phone": account.phone or "",
            "email": account.email,
        }
        await request_delivery(
            tx,
            keyring,
            account_id=account.account_id,
            template="credentials",
            message=Message(account.email, account.name, data),
            expires_at=now + CREDENTIALS_LIFE,
            now=now,
        )
    _log.info("account_activated", account_id=account.account_id)
    return Credentials(account.username, password, expires_at)
