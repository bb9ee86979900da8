"""Rows of the ledger as causes make them and events overtake them."""

from datetime import datetime
from uuid import UUID

from notifications.domain.mails import Mail, Reason
from shared.database import Transaction

_ADD = """
INSERT INTO mails (
    mail_id, template, cause, message_id, occurred_at, not_after, next_try_at, state, reason,
    account_id, family_id, member_id, appointment_id, sequence, delivery_id, secret_held,
    created_at, settled_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
          $15::uuid IS NOT NULL, $7,
          CASE WHEN $8 IN ('failed', 'suppressed') THEN $7::timestamptz END)
ON CONFLICT (cause, template) DO NOTHING
RETURNING true
"""

_SUPERSEDE = """
UPDATE mails SET state = 'suppressed', reason = $3, settled_at = $4
WHERE appointment_id = $1 AND sequence < $2 AND state = 'queued'
"""


async def add(tx: Transaction, mail: Mail) -> bool:
    """Adds the mail; False when its cause has had this mail before (R-51)."""
    added = await tx.fetchval(
        _ADD,
        mail.mail_id,
        mail.template,
        mail.cause,
        mail.message_id,
        mail.occurred_at,
        mail.not_after,
        mail.next_try_at,
        mail.state,
        mail.reason,
        mail.account_id,
        mail.family_id,
        mail.member_id,
        mail.appointment_id,
        mail.sequence,
        mail.delivery_id,
    )
    return bool(added)


async def supersede(tx: Transaction, appointment_id: UUID, sequence: int, now: datetime) -> None:
    """Suppresses what still waits to tell an older version of the appointment.

    A mail in a claimer's hands is let go: the newer one waits until it is settled.
    """
    await tx.execute(_SUPERSEDE, appointment_id, sequence, Reason.SUPERSEDED, now)
