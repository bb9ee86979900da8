"""Sick leaves that wait for their seal: claimed by one process at a time, under lease and fence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from clinical_records.domain.sealings import Authorised, Claimed
from shared.database import Transaction

# Somebody else may claim between this statement's snapshot and its lock: ON CONFLICT reads the
# row as it is now, and its WHERE leaves alone what is leased or waits.
_CLAIM = """
WITH due AS (
    SELECT leave.sick_leave_id
    FROM sick_leaves AS leave LEFT JOIN sealings AS work USING (sick_leave_id)
    WHERE leave.state = 'authorised' AND (
        work.sick_leave_id IS NULL
        OR work.next_try_at <= $1
            AND (work.leased_until IS NULL OR work.leased_until < clock_timestamp())
    )
    ORDER BY leave.authorised_at, leave.sick_leave_id LIMIT $2
    FOR UPDATE OF leave SKIP LOCKED
)
INSERT INTO sealings AS work (sick_leave_id, attempts, fence, leased_until, next_try_at)
SELECT sick_leave_id, 1, 1, clock_timestamp() + $3::interval, $1 FROM due
ON CONFLICT (sick_leave_id) DO UPDATE SET
    attempts = work.attempts + 1, fence = work.fence + 1, leased_until = EXCLUDED.leased_until
WHERE work.next_try_at <= $1
    AND (work.leased_until IS NULL OR work.leased_until < clock_timestamp())
RETURNING sick_leave_id, attempts, fence
"""


async def claim(
    tx: Transaction, now: datetime, *, at_most: int, lease: timedelta
) -> Sequence[Claimed]:
    """Up to `at_most` that are due, ours until the lease ends."""
    rows = await tx.fetch(_CLAIM, now, at_most, lease)
    return [Claimed(row["sick_leave_id"], row["attempts"], row["fence"]) for row in rows]


async def authorised(tx: Transaction, sick_leave_id: UUID) -> Authorised | None:
    """What its paper is made of; None when it needs none any more."""
    row = await tx.fetchrow(
        """
        SELECT sick_leave_id, folio, unit, issued_on, starts_on, days, kind, content,
            content_key_id, authorised_at
        FROM sick_leaves WHERE sick_leave_id = $1 AND state = 'authorised'
        """,
        sick_leave_id,
    )
    return None if row is None else Authorised(**dict(row))


async def locked_state(tx: Transaction, sick_leave_id: UUID) -> str | None:
    """Its state, which nobody changes before this transaction ends."""
    state: str | None = await tx.fetchval(
        "SELECT state FROM sick_leaves WHERE sick_leave_id = $1 FOR UPDATE", sick_leave_id
    )
    return state


async def finish(tx: Transaction, claimed: Claimed) -> bool:
    """Takes the work off the list; False when it is not ours any more."""
    done = await tx.fetchval(
        "DELETE FROM sealings WHERE sick_leave_id = $1 AND fence = $2 RETURNING true",
        claimed.sick_leave_id,
        claimed.fence,
    )
    return done is not None


async def postpone(tx: Transaction, claimed: Claimed, until: datetime, reason: str) -> None:
    """Gives it back to be tried again; nothing happens when it is not ours any more."""
    await tx.execute(
        "UPDATE sealings SET leased_until = NULL, next_try_at = $3, reason = $4"
        " WHERE sick_leave_id = $1 AND fence = $2",
        claimed.sick_leave_id,
        claimed.fence,
        until,
        reason,
    )


async def mark_sealed(tx: Transaction, sick_leave_id: UUID, now: datetime) -> tuple[int, UUID]:
    """The locked sick leave is sealed (R-43); returns its version and its family, for the fact."""
    row = await tx.fetchrow(
        "UPDATE sick_leaves SET state = 'sealed', sealed_at = $2, version = version + 1"
        " WHERE sick_leave_id = $1 RETURNING version, family_id",
        sick_leave_id,
        now,
    )
    if row is None:
        raise LookupError(sick_leave_id)
    return row["version"], row["family_id"]


async def backlog(tx: Transaction) -> tuple[int, datetime | None]:
    """How many wait for their seal (counted up to 10,000), and since when the oldest does."""
    row = await tx.fetchrow(
        "SELECT count(*) AS waiting, min(authorised_at) AS oldest_at FROM ("
        "  SELECT authorised_at FROM sick_leaves WHERE state = 'authorised'"
        "  ORDER BY authorised_at LIMIT 10000) AS waiting"
    )
    return (row["waiting"], row["oldest_at"]) if row else (0, None)


async def forget(tx: Transaction) -> None:
    """Drops the work on what was revoked before it was sealed."""
    await tx.execute(
        "DELETE FROM sealings AS work USING sick_leaves AS leave"
        " WHERE work.sick_leave_id = leave.sick_leave_id AND leave.state <> 'authorised'"
        " AND (work.leased_until IS NULL OR work.leased_until < clock_timestamp())"
    )
