"""What waits to be sent, for health."""

from dataclasses import dataclass
from datetime import datetime

from shared.database import Database

_COUNTED_TO = 100_001


@dataclass(frozen=True, slots=True)
class Backlog:
    """Mails not settled, counted up to 100,001, and since when the oldest of them waits.

    A planned reminder waits for its hour and for nothing else: it counts from then on.
    """

    queued: int
    oldest_at: datetime | None


async def backlog(database: Database) -> Backlog:
    """What waits to be sent."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            """
            SELECT count(*) AS queued, min(greatest(created_at, occurred_at)) AS oldest_at FROM (
                SELECT created_at, occurred_at FROM mails
                WHERE state IN ('queued', 'sending') LIMIT $1
            ) AS waiting
            """,
            _COUNTED_TO,
        )
    return Backlog(row["queued"], row["oldest_at"]) if row else Backlog(0, None)
