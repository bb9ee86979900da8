"""Writing how an attempt ended, if the mail is still in the same hands."""

from datetime import datetime
from uuid import UUID

from notifications.domain.claims import Claimed
from notifications.domain.mails import Reason, State
from notifications.domain.outcomes import Settlement
from shared.database import Transaction

_SETTLE = """
UPDATE mails
SET state = $3, reason = $4, attempts = $5, indeterminate = $6, next_try_at = $7,
    leased_until = NULL, account_id = coalesce($8, account_id),
    settled_at = CASE WHEN $3 <> 'queued' THEN $9::timestamptz END,
    told = told + CASE WHEN $3 IN ('sent', 'failed') THEN 1 ELSE 0 END
WHERE mail_id = $1 AND fence = $2 AND state = 'sending'
RETURNING told
"""


async def settle(
    tx: Transaction, mail: Claimed, settlement: Settlement, now: datetime
) -> int | None:
    """The version to tell of the mail, or None when another claimer has it by now."""
    told: int | None = await tx.fetchval(
        _SETTLE,
        mail.mail_id,
        mail.fence,
        settlement.state,
        settlement.reason,
        settlement.attempts,
        settlement.indeterminate,
        settlement.next_try_at,
        mail.recipient.account_id if mail.recipient is not None else None,
        now,
    )
    return told


async def held_secrets(tx: Transaction, before: datetime, at_most: int) -> list[UUID]:
    """Deliveries of settled mails that identity has not been told to forget, oldest first."""
    rows = await tx.fetch(
        """
        SELECT delivery_id FROM mails
        WHERE secret_held AND state IN ('sent', 'failed', 'suppressed') AND settled_at <= $1
        ORDER BY settled_at LIMIT $2
        """,
        before,
        at_most,
    )
    return [row["delivery_id"] for row in rows]


async def secret_forgotten(tx: Transaction, delivery_id: UUID) -> None:
    """Identity holds the secret no more."""
    await tx.execute(
        "UPDATE mails SET secret_held = false WHERE delivery_id = $1 AND secret_held", delivery_id
    )


def superseded(attempts: int, indeterminate: int, now: datetime) -> Settlement:
    """What a mail becomes when a newer one of its appointment came while it was tried."""
    return Settlement(State.SUPPRESSED, Reason.SUPERSEDED, now, attempts, indeterminate)
