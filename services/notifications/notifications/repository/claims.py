"""Taking mails whose turn has come, under a fence and a lease of the database's own clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from notifications.domain.claims import Appointment, Claimed, Recipient
from notifications.domain.mails import Reason
from shared.database import Transaction

# A claimer that died or hangs holds its mails until the lease ends. Whether a server accepted
# them is then unknown, and counted.
_RECOVER = """
UPDATE mails
SET state = 'queued', leased_until = NULL, indeterminate = indeterminate + 1, reason = $2,
    next_try_at = $1
WHERE mail_id IN (
    SELECT mail_id FROM mails WHERE state = 'sending' AND leased_until < clock_timestamp()
    ORDER BY leased_until LIMIT $3 FOR UPDATE SKIP LOCKED
)
"""

# An older mail of the same appointment that isn't settled holds the newer one back. It may
# look queued here and be claimed by another at this moment: queued blocks as sending does.
_CLAIM = """
WITH due AS (
    SELECT mail_id FROM mails AS mail
    WHERE state = 'queued' AND next_try_at <= $1 AND NOT EXISTS (
        SELECT 1 FROM mails AS earlier
        WHERE earlier.appointment_id = mail.appointment_id
            AND earlier.sequence < mail.sequence AND earlier.state IN ('queued', 'sending')
    )
    ORDER BY next_try_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE mails
SET state = 'sending', attempts = attempts + 1, fence = fence + 1,
    leased_until = clock_timestamp() + $3::interval
FROM due WHERE mails.mail_id = due.mail_id
RETURNING mails.mail_id
"""

# The mail goes to the account of the family that the person belongs to now, once that account's
# address was confirmed by its activation.
_READ = """
SELECT mail.mail_id, mail.fence, mail.template, mail.cause, mail.message_id, mail.attempts,
    mail.indeterminate, mail.occurred_at, mail.created_at, mail.not_after, mail.delivery_id,
    mail.sequence, appointment.appointment_id, appointment.unit, appointment.starts_at,
    appointment.ends_at, appointment.sequence AS newest, person.display_name,
    account.account_id AS told_account_id, address.email, address.name
FROM mails AS mail
LEFT JOIN appointments AS appointment USING (appointment_id)
LEFT JOIN members AS member ON member.member_id = mail.member_id
LEFT JOIN people AS person ON person.member_id = mail.member_id
LEFT JOIN LATERAL (
    SELECT account_id FROM accounts
    WHERE accounts.family_id = coalesce(member.family_id, mail.family_id)
        AND accounts.state <> 'registered'
    ORDER BY account_id DESC LIMIT 1
) AS account ON true
LEFT JOIN addresses AS address ON address.account_id = account.account_id
WHERE mail.mail_id = ANY ($1::uuid[])
ORDER BY mail.next_try_at, mail.mail_id
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


async def claim(
    tx: Transaction, now: datetime, *, at_most: int, lease: timedelta
) -> Sequence[Claimed]:
    """Up to `at_most` due mails, marked `sending` with their attempt counted."""
    taken = [row["mail_id"] for row in await tx.fetch(_CLAIM, now, at_most, lease)]
    return [_claimed(row) for row in await tx.fetch(_READ, taken)] if taken else []


def _claimed(row: asyncpg.Record) -> Claimed:
    appointment_id: UUID | None = row["appointment_id"]
    account_id: UUID | None = row["told_account_id"]
    return Claimed(
        mail_id=row["mail_id"],
        fence=row["fence"],
        template=row["template"],
        cause=row["cause"],
        message_id=row["message_id"],
        attempts=row["attempts"],
        indeterminate=row["indeterminate"],
        occurred_at=row["occurred_at"],
        created_at=row["created_at"],
        not_after=row["not_after"],
        sequence=row["sequence"],
        delivery_id=row["delivery_id"],
        appointment=None
        if appointment_id is None
        else Appointment(
            appointment_id, row["unit"], row["starts_at"], row["ends_at"], row["newest"]
        ),
        recipient=None if account_id is None else Recipient(account_id, row["email"], row["name"]),
        person=row["display_name"],
    )
