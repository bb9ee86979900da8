"""Reading a claimed mail with everything that its text needs, as it is at this moment."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from notifications.domain.claims import (
    Appointment,
    Claimed,
    ContactMessage,
    Document,
    Recipient,
    Sanction,
    Subject,
)
from shared.database import Transaction

# The mail goes to the account of the family that the person belongs to now, once that account's
# address was confirmed by its activation. Mails that identity or the contact form address are of
# no family: of their account it is known what it is called and where it is reached.
_READ = """
SELECT mail.mail_id, mail.fence, mail.template, mail.cause, mail.message_id, mail.attempts,
    mail.indeterminate, mail.occurred_at, mail.created_at, mail.not_after, mail.delivery_id,
    mail.sequence,
    mail.appointment_id, appointment.unit, appointment.starts_at, appointment.ends_at,
    appointment.told_by, appointment.sequence AS appointment_sequence,
    mail.sanction_id, sanction.until, sanction.rule, sanction.sequence AS sanction_sequence,
    mail.sick_leave_id, sick_leave.sequence AS sick_leave_sequence,
    mail.contact_id, contact.kind, contact.email AS contact_email, contact.text,
    contact.created_at AS written_at,
    person.display_name, told.account_id AS told_account_id,
    address.email, address.name, address.sequence AS contact_version, address.reminders
FROM mails AS mail
LEFT JOIN appointments AS appointment USING (appointment_id)
LEFT JOIN sanctions AS sanction USING (sanction_id)
LEFT JOIN sick_leaves AS sick_leave USING (sick_leave_id)
LEFT JOIN contact_messages AS contact USING (contact_id)
LEFT JOIN members AS member ON member.member_id = mail.member_id
LEFT JOIN people AS person ON person.member_id = mail.member_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN mail.family_id IS NULL THEN mail.account_id ELSE (
        SELECT account_id FROM accounts
        WHERE accounts.family_id = coalesce(member.family_id, mail.family_id)
            AND accounts.state <> 'registered'
        ORDER BY account_id DESC LIMIT 1
    ) END AS account_id
) AS told ON true
LEFT JOIN addresses AS address ON address.account_id = told.account_id
WHERE mail.mail_id = ANY ($1::uuid[])
ORDER BY mail.next_try_at, mail.mail_id
"""


async def read(tx: Transaction, mail_ids: Sequence[UUID]) -> list[Claimed]:
    """The mails in the order in which they are due."""
    return [_claimed(row) for row in await tx.fetch(_READ, mail_ids)]


def _claimed(row: asyncpg.Record) -> Claimed:
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
        subject=_subject(row),
        recipient=_recipient(row),
        person=row["display_name"],
        contact=_contact(row),
    )


def _subject(row: asyncpg.Record) -> Subject | None:
    if row["appointment_id"] is not None:
        return Appointment(
            row["appointment_id"],
            row["unit"],
            row["starts_at"],
            row["ends_at"],
            row["appointment_sequence"],
            row["told_by"],
        )
    if row["sanction_id"] is not None:
        return Sanction(row["sanction_id"], row["until"], row["rule"], row["sanction_sequence"])
    if row["sick_leave_id"] is not None:
        return Document(row["sick_leave_id"], row["sick_leave_sequence"])
    return None


def _recipient(row: asyncpg.Record) -> Recipient | None:
    account_id: UUID | None = row["told_account_id"]
    if account_id is None:
        return None
    return Recipient(
        account_id,
        row["email"],
        row["name"],
        row["contact_version"],
        row["reminders"] is not False,
    )


def _contact(row: asyncpg.Record) -> ContactMessage | None:
    if row["contact_id"] is None:
        return None
    return ContactMessage(
        row["contact_id"], row["kind"], row["contact_email"], row["text"], row["written_at"]
    )
