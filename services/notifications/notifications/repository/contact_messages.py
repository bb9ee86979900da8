"""Messages of the contact form as rows, and how many each sender left within the hour (R-53)."""

from datetime import datetime
from uuid import UUID

from shared.database import Transaction

_COUNT = """
INSERT INTO contact_counts AS held (kind, subject, count, counted_from)
VALUES ($1, $2, 1, $4)
ON CONFLICT (kind, subject) DO UPDATE SET
    count = CASE WHEN held.counted_from <= $3 THEN 1 ELSE held.count + 1 END,
    counted_from = CASE WHEN held.counted_from <= $3 THEN $4 ELSE held.counted_from END
RETURNING count, counted_from
"""

# The text is needed until a server took the mail to the institute, the address until neither mail
# will be tried again. A mail that failed keeps both, so that staff can have it sent anew.
_ERASE = """
UPDATE contact_messages AS contact SET
    text = CASE WHEN contact.created_at > $2 AND NOT states.delivered THEN contact.text END,
    email = CASE WHEN contact.created_at > $2 AND NOT states.done THEN contact.email END
FROM (
    SELECT held.contact_id,
        bool_or(mail.template = 'contact_message' AND mail.state = 'sent') AS delivered,
        bool_or(mail.template = 'contact_message' AND mail.state = 'sent')
            AND NOT bool_or(mail.state IN ('queued', 'sending')) AS done
    FROM contact_messages AS held JOIN mails AS mail USING (contact_id)
    WHERE (held.text IS NOT NULL OR held.email IS NOT NULL) AND held.created_at <= $1
    GROUP BY held.contact_id
) AS states
WHERE contact.contact_id = states.contact_id
    AND (contact.created_at <= $2 OR states.done
        OR states.delivered AND contact.text IS NOT NULL)
"""


async def is_own(tx: Transaction, account_id: UUID, email: str) -> bool:
    """Whether the address is the account's own, as identity told it."""
    return bool(
        await tx.fetchval(
            "SELECT true FROM addresses WHERE account_id = $1 AND lower(email) = lower($2)",
            account_id,
            email,
        )
    )


async def add(
    tx: Transaction,
    *,
    contact_id: UUID,
    kind: str,
    account_id: UUID | None,
    email: str,
    text: str,
    privacy_version: str,
    now: datetime,
) -> None:
    await tx.execute(
        "INSERT INTO contact_messages"
        " (contact_id, kind, account_id, email, text, privacy_version, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        contact_id,
        kind,
        account_id,
        email,
        text,
        privacy_version,
        now,
    )


async def count(
    tx: Transaction, kind: str, subject: bytes, *, since: datetime, now: datetime
) -> tuple[int, datetime]:
    """Counts one more; the count and since when. One that began before `since` begins anew."""
    (row,) = await tx.fetch(_COUNT, kind, subject, since, now)
    return row["count"], row["counted_from"]


async def erase(tx: Transaction, *, written_before: datetime, kept_since: datetime) -> int:
    """Erases what is no longer needed to send; returns in how many messages."""
    status: str = await tx.execute(_ERASE, written_before, kept_since)
    return int(status.rpartition(" ")[2])


async def forget_counts(tx: Transaction, before: datetime) -> None:
    """Forgets whom it counted longer ago."""
    await tx.execute("DELETE FROM contact_counts WHERE counted_from <= $1", before)
