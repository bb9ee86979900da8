"""Reading the ledger for staff (R-52)."""

from datetime import datetime
from uuid import UUID

import asyncpg

from notifications.domain.lookups import Lookup
from notifications.domain.mails import Mail, State
from notifications.domain.resending import Kept, useful_until
from shared.database import Transaction

_OF_UNIT = """
EXISTS (
    SELECT 1 FROM members WHERE home_unit = {unit} AND members.family_id = coalesce(
        mail.family_id,
        (SELECT family_id FROM accounts WHERE accounts.account_id = mail.account_id)
    )
)
"""

# Each way to look is an index of its own; ids are told apart by where they are found.
_MATCHES = """
SELECT mail_id FROM mails WHERE mail_id = $1
UNION SELECT mail_id FROM mails WHERE account_id = $1
UNION SELECT mail_id FROM mails WHERE family_id = $1
UNION SELECT mail_id FROM mails WHERE member_id = $1
UNION SELECT mail_id FROM mails WHERE subject_id = $1
UNION SELECT mail_id FROM mails WHERE cause = $1
UNION SELECT mail_id FROM mails
    WHERE family_id IN (SELECT family_id FROM accounts WHERE account_id = $1)
UNION SELECT mail_id FROM mails JOIN appointments USING (appointment_id)
    WHERE folio_bits(appointments.appointment_id) = $2
UNION SELECT mail_id FROM mails JOIN contact_messages USING (contact_id)
    WHERE folio_bits(contact_messages.contact_id) = $2
UNION SELECT mails.mail_id FROM mails JOIN addresses USING (account_id)
    WHERE lower(addresses.email) = $3
UNION SELECT mails.mail_id FROM mails JOIN accounts USING (family_id)
    JOIN addresses ON addresses.account_id = accounts.account_id
    WHERE lower(addresses.email) = $3
"""

_KEPT = """
SELECT mail.*, coalesce(appointment.sequence, sanction.sequence, sick_leave.sequence) AS newest,
    appointment.starts_at,
    CASE mail.template WHEN 'contact_acknowledged' THEN contact.email ELSE contact.text END
        IS NOT NULL AS text_held
FROM mails AS mail
LEFT JOIN appointments AS appointment USING (appointment_id)
LEFT JOIN sanctions AS sanction USING (sanction_id)
LEFT JOIN sick_leaves AS sick_leave USING (sick_leave_id)
LEFT JOIN contact_messages AS contact USING (contact_id)
"""

_PAGE = f"""
{_KEPT}
WHERE ($4::boolean OR mail.mail_id IN ({_MATCHES}))
    AND ($5::text IS NULL OR mail.state = $5)
    AND ($6::text IS NULL OR {_OF_UNIT.format(unit="$6")})
    AND ($7::timestamptz IS NULL OR (mail.created_at, mail.mail_id) < ($7, $8::uuid))
ORDER BY mail.created_at DESC, mail.mail_id DESC LIMIT $9
"""

_ONE = f"""
{_KEPT}
WHERE mail.mail_id = $1 AND ($2::text IS NULL OR {_OF_UNIT.format(unit="$2")})
FOR UPDATE OF mail
"""


async def page(
    tx: Transaction,
    wanted: Lookup | None,
    *,
    state: State | None,
    unit: str | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Mails, the newest first; all of them without a lookup. `unit` is that of who looks."""
    at, mail_id = before or (None, None)
    rows: list[asyncpg.Record] = await tx.fetch(
        _PAGE,
        wanted.identifier if wanted else None,
        wanted.folio if wanted else None,
        wanted.email if wanted else None,
        wanted is None,
        state,
        unit,
        at,
        mail_id,
        limit,
    )
    return rows


async def kept(tx: Transaction, mail_id: UUID, unit: str | None) -> Kept | None:
    """One mail, its row locked; None when it isn't there, or not of this unit."""
    row = await tx.fetchrow(_ONE, mail_id, unit)
    return None if row is None else kept_of(row)


def kept_of(row: asyncpg.Record) -> Kept:
    """A row of `page` or `kept` with what decides whether the mail may go out again."""
    fields = {name: row[name] for name in Mail.__dataclass_fields__}
    mail = Mail(**fields | {"state": State(row["state"])})
    return Kept(
        mail, row["newest"], useful_until(mail.template, row["starts_at"]), row["text_held"]
    )


async def resent_since(tx: Transaction, mail_id: UUID, since: datetime) -> list[datetime]:
    """When a copy of the first mail, however far from it, was made since then; the oldest first.

    Holds the first mail's row: whoever has another copy sent anew waits here and counts this one.
    """
    first = await tx.fetchval(
        """
        WITH RECURSIVE up AS (
            SELECT mail_id, resent_from FROM mails WHERE mail_id = $1
            UNION SELECT mails.mail_id, mails.resent_from
            FROM mails JOIN up ON mails.mail_id = up.resent_from
        )
        SELECT mail_id FROM up WHERE resent_from IS NULL
        """,
        mail_id,
    )
    await tx.execute("SELECT FROM mails WHERE mail_id = $1 FOR UPDATE", first)
    rows = await tx.fetch(
        """
        WITH RECURSIVE copies AS (
            SELECT mail_id, created_at FROM mails WHERE resent_from = $1
            UNION SELECT mails.mail_id, mails.created_at
            FROM mails JOIN copies ON mails.resent_from = copies.mail_id
        )
        SELECT created_at FROM copies WHERE created_at > $2 ORDER BY created_at
        """,
        first,
        since,
    )
    return [row["created_at"] for row in rows]
