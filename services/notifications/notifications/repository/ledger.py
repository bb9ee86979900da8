"""Rows of the ledger as causes make them and events overtake them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from notifications.domain.mails import Mail, Reason
from shared.database import Transaction

_ADD = """
INSERT INTO mails (
    mail_id, template, cause, message_id, occurred_at, not_after, next_try_at, state, reason,
    account_id, family_id, member_id, appointment_id, sanction_id, sick_leave_id, sequence,
    delivery_id, contact_id, resent_from, secret_held, created_at, settled_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
          $17::uuid IS NOT NULL, $20,
          CASE WHEN $8 IN ('failed', 'suppressed') THEN $20::timestamptz END)
ON CONFLICT (cause, template) DO NOTHING
RETURNING true
"""

_SUPERSEDE = """
UPDATE mails SET state = 'suppressed', reason = $3, settled_at = $4
WHERE subject_id = $1 AND sequence < $2 AND state IN ('queued', 'planned')
"""

_CALL = """
UPDATE mails SET state = 'queued'
WHERE mail_id IN (
    SELECT mail_id FROM mails WHERE state = 'planned' AND next_try_at <= $1
    ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


async def add(tx: Transaction, mail: Mail, now: datetime) -> bool:
    """Adds the mail; False when its cause has had this mail before (R-51)."""
    return bool(await tx.fetchval(_ADD, *_values(mail, now)))


async def add_all(tx: Transaction, mails: Sequence[Mail], now: datetime) -> None:
    """Adds several in one round trip; one whose cause has had it before stays as it is (R-51)."""
    await tx.executemany(_ADD, [_values(mail, now) for mail in mails])


def _values(mail: Mail, now: datetime) -> tuple[object, ...]:
    return (
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
        mail.sanction_id,
        mail.sick_leave_id,
        mail.sequence,
        mail.delivery_id,
        mail.contact_id,
        mail.resent_from,
        now,
    )


async def supersede(tx: Transaction, subject_id: UUID, sequence: int, now: datetime) -> None:
    """Suppresses what still waits to tell an older version of the subject, its reminders too.

    A mail in a claimer's hands is let go: the newer one waits until it is settled.
    """
    await tx.execute(_SUPERSEDE, subject_id, sequence, Reason.SUPERSEDED, now)


async def call_planned(tx: Transaction, now: datetime, at_most: int) -> int:
    """Queues the reminders whose time has come; returns how many."""
    status: str = await tx.execute(_CALL, now, at_most)
    return int(status.rpartition(" ")[2])
