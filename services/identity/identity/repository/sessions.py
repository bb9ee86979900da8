"""Sessions and refresh tokens as rows."""

from datetime import datetime
from uuid import UUID

import asyncpg

from identity.domain.sessions import Channel, Lives, RefreshToken
from shared.database import Transaction


async def add(
    tx: Transaction,
    *,
    session_id: UUID,
    account_id: UUID,
    channel: Channel,
    device: str,
    lives: Lives,
    now: datetime,
) -> None:
    await tx.execute(
        """
        INSERT INTO sessions (session_id, account_id, channel, device, created_at, last_used_at,
                              idle_until, expires_at)
        VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
        """,
        session_id,
        account_id,
        channel,
        device,
        now,
        now + lives.idle,
        now + lives.longest,
    )


async def add_token(tx: Transaction, session_id: UUID, token_sha256: bytes, now: datetime) -> None:
    await tx.execute(
        "INSERT INTO refresh_tokens (token_sha256, session_id, created_at) VALUES ($1, $2, $3)",
        token_sha256,
        session_id,
        now,
    )


async def token(tx: Transaction, token_sha256: bytes) -> RefreshToken | None:
    """The refresh token and its session, both locked: twins are judged one after the other."""
    row = await tx.fetchrow(
        """
        SELECT s.session_id, s.account_id, s.channel, r.rotated_at, s.idle_until, s.expires_at,
               s.ended_at
        FROM refresh_tokens r JOIN sessions s ON s.session_id = r.session_id
        WHERE r.token_sha256 = $1
        FOR UPDATE
        """,
        token_sha256,
    )
    return None if row is None else RefreshToken(**row)


async def rotate(tx: Transaction, token_sha256: bytes, now: datetime) -> None:
    await tx.execute(
        "UPDATE refresh_tokens SET rotated_at = $2 WHERE token_sha256 = $1", token_sha256, now
    )


async def touch(tx: Transaction, session_id: UUID, idle_until: datetime, now: datetime) -> None:
    await tx.execute(
        "UPDATE sessions SET last_used_at = $3, idle_until = least($2, expires_at)"
        " WHERE session_id = $1",
        session_id,
        idle_until,
        now,
    )


async def is_open(tx: Transaction, session_id: UUID, now: datetime) -> bool:
    """Whether tokens of this session are still good; its account must be active, too."""
    return bool(
        await tx.fetchval(
            """
            SELECT true FROM sessions s JOIN accounts a ON a.account_id = s.account_id
            WHERE s.session_id = $1 AND s.ended_at IS NULL AND s.expires_at > $2
              AND a.state = 'active'
            """,
            session_id,
            now,
        )
    )


async def open_of(tx: Transaction, account_id: UUID, now: datetime) -> list[asyncpg.Record]:
    """The account's open sessions, the newest first."""
    rows: list[asyncpg.Record] = await tx.fetch(
        """
        SELECT session_id, channel, device, created_at, last_used_at FROM sessions
        WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND idle_until > $2
        ORDER BY created_at DESC, session_id DESC
        """,
        account_id,
        now,
    )
    return rows


async def beyond(tx: Transaction, account_id: UUID, kept: int) -> list[UUID]:
    """Open sessions past the newest `kept` ones."""
    rows = await tx.fetch(
        "SELECT session_id FROM sessions WHERE account_id = $1 AND ended_at IS NULL"
        " ORDER BY created_at DESC, session_id DESC OFFSET $2",
        account_id,
        kept,
    )
    return [row["session_id"] for row in rows]


async def others(tx: Transaction, account_id: UUID, session_id: UUID) -> list[UUID]:
    """The account's open sessions but this one."""
    rows = await tx.fetch(
        "SELECT session_id FROM sessions"
        " WHERE account_id = $1 AND session_id <> $2 AND ended_at IS NULL",
        account_id,
        session_id,
    )
    return [row["session_id"] for row in rows]


async def end(
    tx: Transaction,
    account_id: UUID,
    session_ids: list[UUID] | None,
    *,
    reason: str,
    now: datetime,
) -> list[UUID]:
    """Ends these sessions of the account, or all of them; returns those that were open.

    Locked in the order of their ids, so that two who end several can't wait for each other.
    """
    rows = await tx.fetch(
        """
        WITH theirs AS (
            SELECT session_id FROM sessions
            WHERE account_id = $1 AND ended_at IS NULL
              AND ($2::uuid[] IS NULL OR session_id = ANY ($2))
            ORDER BY session_id FOR UPDATE
        )
        UPDATE sessions s SET ended_at = $4, end_reason = $3
        FROM theirs WHERE s.session_id = theirs.session_id
        RETURNING s.session_id
        """,
        account_id,
        session_ids,
        reason,
        now,
    )
    return [row["session_id"] for row in rows]


async def purge(tx: Transaction, before: datetime) -> int:
    """Forgets sessions, with their tokens, that ended or ran out before then."""
    status: str = await tx.execute(
        """
        DELETE FROM sessions WHERE session_id IN (
            SELECT session_id FROM sessions
            WHERE expires_at < $1 OR ended_at < $1 OR idle_until < $1 LIMIT 1000
        )
        """,
        before,
    )
    return int(status.rpartition(" ")[2])
