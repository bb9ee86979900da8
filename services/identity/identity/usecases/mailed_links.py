"""Following a mailed link: found by its token, claimed by one request, judged in plain words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from identity.domain.errors import LinkExpired, LinkUsed
from identity.domain.links import Link, Purpose, readable_token, state_of, token_digest
from identity.repository import links
from shared.database import Database
from shared.errors import NotFound

CLAIM = timedelta(seconds=6)
"""Longer than a request may last: while one hashes, the others needn't."""


async def find_link(database: Database, token: str, purpose: Purpose) -> Link:
    """The link of a token, whatever became of it; reading consumes nothing."""
    if not readable_token(token):
        raise NotFound
    async with database.connection() as connection:
        link = await links.by_token(connection, token_digest(token), purpose)
    if link is None:
        raise NotFound
    return link


async def valid_link(database: Database, token: str, purpose: Purpose, now: datetime) -> Link:
    """The link that may be followed. Raises NotFound for one that never was, LinkUsed, LinkExpired.

    Those answers tell nothing to who hasn't the token: it has 256 random bits.
    """
    link = await find_link(database, token, purpose)
    match state_of(link, now):
        case "used":
            raise LinkUsed
        case "expired":
            raise LinkExpired
        case _:
            return link


@asynccontextmanager
async def claimed(database: Database, link: Link, now: datetime) -> AsyncIterator[datetime]:
    """Holds the link for this request; yields the claim, with which alone it can be used.

    Of many at once one claims it, and only that one pays for hashing; the others get LinkUsed. A
    claim that comes to nothing is given back, or runs out by itself.
    """
    until = now + CLAIM
    async with database.connection() as connection:
        if not await links.claim(connection, link.link_id, until=until, now=now):
            raise LinkUsed
    try:
        yield until
    except Exception:
        async with database.connection() as connection:
            await links.release(connection, link.link_id, until=until)
        raise
