"""The relay's SQL: which rows are due, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

import asyncpg
import structlog

FIRST_PAUSE, LONGEST_PAUSE = 1, 60
"""Seconds until an event that the broker gave back is tried again; doubles each time."""

# By "due and unlocked", never "position > last seen": positions are given before commits, and a
# transaction that commits late would be lost. Lane 1 gets at most half a batch.
_TAKE = """
WITH urgent AS (
    SELECT position, event_id, lane, exchange, routing_key, body, created_at, attempts
    FROM outbox WHERE lane = 0 AND next_try_at <= clock_timestamp()
    ORDER BY position LIMIT $1::bigint FOR UPDATE SKIP LOCKED
), bulk AS (
    SELECT position, event_id, lane, exchange, routing_key, body, created_at, attempts
    FROM outbox WHERE lane = 1 AND next_try_at <= clock_timestamp()
    ORDER BY position
    LIMIT least(greatest($1::bigint / 2, 1), $1::bigint - (SELECT count(*) FROM urgent))
    FOR UPDATE SKIP LOCKED
)
SELECT * FROM urgent UNION ALL SELECT * FROM bulk ORDER BY lane, position
"""

_FAILED = """
UPDATE outbox SET
    attempts = attempts + 1,
    last_error = failed.error,
    next_try_at = clock_timestamp() + make_interval(secs => failed.pause)
FROM unnest($1::bigint[], $2::text[], $3::float8[]) AS failed (position, error, pause)
WHERE outbox.position = failed.position
"""

_log = structlog.get_logger()


class Fate(Enum):
    """What became of a published message; the value is the outbox row's `last_error`."""

    ACKED = "acked"
    RETURNED = "returned: no queue is bound for it"
    NACKED = "nacked: a queue could not store it"
    REFUSED = "refused: the broker closed the channel"
    UNDECIDED = "undecided: no answer came"


@dataclass(frozen=True, slots=True)
class DueRow:
    """One event to publish, locked by the relay's transaction."""

    position: int
    event_id: UUID
    lane: int
    exchange: str
    routing_key: str
    body: str
    created_at: datetime
    attempts: int


async def take(connection: asyncpg.Connection, size: int) -> list[DueRow]:
    """At most `size` rows that are due and that no other relay holds, in the order to publish."""
    return [DueRow(**row) for row in await connection.fetch(_TAKE, size)]


async def settle(
    connection: asyncpg.Connection, acked: list[int], failed: Sequence[tuple[DueRow, Fate]]
) -> None:
    """Deletes what was confirmed and notes what happened to the rest.

    What the broker gave back waits longer each time, so that it holds up nobody; what got no
    answer may have arrived and is due at once: the relay itself slows down then.
    """
    if acked:
        await connection.execute("DELETE FROM outbox WHERE position = ANY ($1::bigint[])", acked)
    if not failed:
        return
    alone = len(failed) == 1 and not acked
    pauses = [_pause(row, fate, alone=alone) for row, fate in failed]
    await connection.execute(
        _FAILED,
        [row.position for row, _ in failed],
        [fate.value for _, fate in failed],
        pauses,
    )
    _log.warning("batch_not_confirmed", count=len(failed), relayed=len(acked))
    for (row, fate), pause in zip(failed, pauses, strict=True):
        if pause:
            _log.warning(
                "event_not_relayed",
                event_id=str(row.event_id),
                exchange=row.exchange,
                routing_key=row.routing_key,
                reason=fate.value,
                attempts=row.attempts + 1,
            )


def _pause(row: DueRow, fate: Fate, *, alone: bool) -> float:
    # A refusal closes the channel under the whole batch: only a row that was alone is to blame.
    to_blame = fate is Fate.RETURNED or fate is Fate.NACKED or (fate is Fate.REFUSED and alone)
    return float(min(FIRST_PAUSE * 2 ** min(row.attempts, 10), LONGEST_PAUSE)) if to_blame else 0.0
