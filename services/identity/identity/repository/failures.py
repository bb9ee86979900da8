"""Counts as rows: of failed log-ins, of guessed serials, of mails asked for."""

from datetime import datetime
from typing import Literal

from shared.database import Transaction

Kind = Literal[
    "login_name", "login_address", "serial_number", "serial_address", "mail_name", "mail_address"
]


async def blocked_until(
    tx: Transaction, name: bytes, address: bytes, now: datetime
) -> datetime | None:
    """When a log-in with this name from this address is next looked at; None for now."""
    until: datetime | None = await tx.fetchval(
        """
        SELECT max(blocked_until) FROM failures
        WHERE ((kind = 'login_name' AND subject = $1)
            OR (kind = 'login_address' AND subject = $2)) AND blocked_until > $3
        """,
        name,
        address,
        now,
    )
    return until


async def blocked(tx: Transaction, kind: Kind, subject: bytes, now: datetime) -> datetime | None:
    """Until when this subject waits; None when it doesn't."""
    until: datetime | None = await tx.fetchval(
        "SELECT blocked_until FROM failures"
        " WHERE kind = $1 AND subject = $2 AND blocked_until > $3",
        kind,
        subject,
        now,
    )
    return until


async def count(
    tx: Transaction, kind: Kind, subject: bytes, *, since: datetime, now: datetime
) -> int:
    """Counts one more and returns the count; one that began before `since` begins anew."""
    counted: int = await tx.fetchval(
        """
        INSERT INTO failures AS f (kind, subject, count, counted_from, last_at)
        VALUES ($1, $2, 1, $4, $4)
        ON CONFLICT (kind, subject) DO UPDATE SET
            count = CASE WHEN f.counted_from <= $3 THEN 1 ELSE f.count + 1 END,
            counted_from = CASE WHEN f.counted_from <= $3 THEN $4 ELSE f.counted_from END,
            last_at = $4
        RETURNING count
        """,
        kind,
        subject,
        since,
        now,
    )
    return counted


async def block(tx: Transaction, kind: Kind, subject: bytes, until: datetime) -> None:
    await tx.execute(
        "UPDATE failures SET blocked_until = $3 WHERE kind = $1 AND subject = $2",
        kind,
        subject,
        until,
    )


async def counted(
    tx: Transaction, kind: Kind, subject: bytes, *, since: datetime
) -> tuple[int, datetime] | None:
    """The count and when it began; None when there is none since then."""
    row = await tx.fetchrow(
        "SELECT count, counted_from FROM failures"
        " WHERE kind = $1 AND subject = $2 AND counted_from > $3",
        kind,
        subject,
        since,
    )
    return None if row is None else (row["count"], row["counted_from"])


async def forget(tx: Transaction, kind: Kind, subject: bytes) -> None:
    await tx.execute("DELETE FROM failures WHERE kind = $1 AND subject = $2", kind, subject)


async def purge(tx: Transaction, before: datetime) -> None:
    """Forgets what nobody failed at since then."""
    await tx.execute("DELETE FROM failures WHERE last_at < $1", before)
