"""Mailed links as rows; of each account and purpose at most one is open."""

from datetime import datetime
from uuid import UUID

from identity.domain.links import Link
from shared.database import Transaction


async def add(
    tx: Transaction,
    *,
    link_id: UUID,
    account_id: UUID,
    purpose: str,
    token_sha256: bytes,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Adds a link; the open one of the same purpose is superseded (R-05).

    Ways to undo a change of address stay open beside each other (R-11).
    """
    if purpose != "email_reversal":
        await supersede(tx, account_id, purpose, now)
    await tx.execute(
        "INSERT INTO links (link_id, account_id, purpose, token_sha256, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        link_id,
        account_id,
        purpose,
        token_sha256,
        now,
        expires_at,
    )


async def supersede(tx: Transaction, account_id: UUID, purpose: str, now: datetime) -> None:
    """Voids what is open of this purpose."""
    await tx.execute(
        "UPDATE links SET superseded_at = $3 WHERE account_id = $1 AND purpose = $2"
        " AND used_at IS NULL AND superseded_at IS NULL",
        account_id,
        purpose,
        now,
    )


async def by_token(tx: Transaction, token_sha256: bytes, purpose: str) -> Link | None:
    row = await tx.fetchrow(
        "SELECT link_id, account_id, expires_at, used_at, superseded_at FROM links"
        " WHERE token_sha256 = $1 AND purpose = $2",
        token_sha256,
        purpose,
    )
    return None if row is None else Link(**row)


async def claim(tx: Transaction, link_id: UUID, *, until: datetime, now: datetime) -> bool:
    """Holds a valid link for one request; False when another holds it or it is no longer valid."""
    claimed = await tx.fetchval(
        """
        UPDATE links SET claimed_until = $2
        WHERE link_id = $1 AND used_at IS NULL AND superseded_at IS NULL AND expires_at > $3
          AND (claimed_until IS NULL OR claimed_until <= $3)
        RETURNING true
        """,
        link_id,
        until,
        now,
    )
    return bool(claimed)


async def release(tx: Transaction, link_id: UUID, *, until: datetime) -> None:
    """Gives a claim back that came to nothing."""
    await tx.execute(
        "UPDATE links SET claimed_until = NULL WHERE link_id = $1 AND claimed_until = $2",
        link_id,
        until,
    )


async def use(tx: Transaction, link_id: UUID, *, claimed_until: datetime, now: datetime) -> bool:
    """Consumes the link that we hold; False when our claim ran out and another took it."""
    used = await tx.fetchval(
        """
        UPDATE links SET used_at = $3
        WHERE link_id = $1 AND claimed_until = $2 AND used_at IS NULL AND superseded_at IS NULL
        RETURNING true
        """,
        link_id,
        claimed_until,
        now,
    )
    return bool(used)


async def last_created_at(tx: Transaction, account_id: UUID, purpose: str) -> datetime | None:
    """When the account's newest link of this purpose was made."""
    created: datetime | None = await tx.fetchval(
        "SELECT max(created_at) FROM links WHERE account_id = $1 AND purpose = $2",
        account_id,
        purpose,
    )
    return created
