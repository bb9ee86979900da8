"""The inbox: each event is applied once by each consumer, however often it is delivered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from shared.database import Database, Transaction

KEPT = timedelta(days=45)
"""Longer than a message can live in a work queue, 30 days; a dead letter was never applied."""

_REAPED_AT_ONCE = 5000


async def claim(tx: Transaction, consumer: str, event_ids: Iterable[UUID]) -> set[UUID]:
    """Marks events as applied by this transaction and returns those that had not been before.

    Call it first: a twin in another process waits here until the first one's fate is known. Rows
    are inserted ordered by id, so two batches that share events can't wait for each other.
    """
    rows = await tx.fetch(
        """
        INSERT INTO inbox (consumer, event_id)
        SELECT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
        ON CONFLICT DO NOTHING
        RETURNING event_id
        """,
        consumer,
        sorted(set(event_ids)),
    )
    return {row["event_id"] for row in rows}


async def reap(database: Database, now: datetime) -> int:
    """Forgets what was applied more than 45 days ago; returns how many rows went."""
    total = 0
    while True:
        async with database.transaction() as tx:
            done: int = await tx.fetchval(
                """
                WITH gone AS (
                    DELETE FROM inbox WHERE ctid = ANY (ARRAY(
                        SELECT ctid FROM inbox WHERE received_at < $1 LIMIT $2
                    )) RETURNING 1
                ) SELECT count(*) FROM gone
                """,
                now - KEPT,
                _REAPED_AT_ONCE,
            )
        total += done
        if done < _REAPED_AT_ONCE:
            return total
