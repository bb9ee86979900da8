"""Taking mails whose turn has come, under a fence and a lease of the database's own clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.domain.claims import Claimed
from notifications.domain.mails import Reason
from notifications.repository.claimed_rows import read
from shared.database import Transaction

# A claimer that died or hangs holds its mails until the lease ends. Whether a server accepted the
# one that it had begun is then unknown, and counted; the others it never tried.
_RECOVER = """
UPDATE mails
SET state = 'queued', leased_until = NULL, next_try_at = $1,
    indeterminate = indeterminate + begun::int, attempts = attempts - (NOT begun)::int,
    reason = CASE WHEN begun THEN $2 ELSE reason END
WHERE mail_id IN (
    SELECT mail_id FROM mails WHERE state = 'sending' AND leased_until < clock_timestamp()
    ORDER BY leased_until LIMIT $3 FOR UPDATE SKIP LOCKED
)
"""

# An older mail of the same subject that isn't settled holds the newer one back. It may look
# queued here and be claimed by another at this moment: queued blocks as sending does.
_CLAIM = """
WITH due AS (
    SELECT mail_id FROM mails AS mail
    WHERE state = 'queued' AND next_try_at <= $1 AND NOT EXISTS (
        SELECT 1 FROM mails AS earlier
        WHERE earlier.subject_id = mail.subject_id
            AND earlier.sequence < mail.sequence AND earlier.state IN ('queued', 'sending')
    )
    ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE mails
SET state = 'sending', attempts = attempts + 1, fence = fence + 1, begun = false,
    leased_until = clock_timestamp() + $3::interval
FROM due WHERE mails.mail_id = due.mail_id
RETURNING mails.mail_id
"""

_DUE = """
SELECT count(*) FROM (
    (SELECT 1 FROM mails WHERE state = 'queued' AND next_try_at <= $1 LIMIT $2)
    UNION ALL
    (SELECT 1 FROM mails WHERE state = 'sending' AND leased_until < clock_timestamp() LIMIT $2)
) AS found
"""


async def count_due(tx: Transaction, now: datetime, at_most: int) -> int:
    """How many mails may be claimed now, counted as far as it matters."""
    return int(await tx.fetchval(_DUE, now, at_most))


async def recover(tx: Transaction, now: datetime, at_most: int) -> None:
    """Queues again what was in the hands of a claimer whose lease has ended."""
    await tx.execute(_RECOVER, now, Reason.LEASE_EXPIRED, at_most)


async def begin(tx: Transaction, mail: Claimed) -> None:
    """From now on a server may hear of this one; nothing when it is in other hands by now."""
    await tx.execute(
        "UPDATE mails SET begun = true WHERE mail_id = $1 AND fence = $2 AND state = 'sending'",
        mail.mail_id,
        mail.fence,
    )


async def claim(
    tx: Transaction, now: datetime, *, at_most: int, lease: timedelta
) -> Sequence[Claimed]:
    """Up to `at_most` due mails, marked `sending` with their attempt counted."""
    taken = [row["mail_id"] for row in await tx.fetch(_CLAIM, now, at_most, lease)]
    return await read(tx, taken) if taken else []
