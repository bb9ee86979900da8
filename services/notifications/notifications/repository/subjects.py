"""The newest version of what mails tell of; its row is the lock that keeps its mails in order."""

from uuid import UUID

from notifications.domain.claims import Appointment, Document, Sanction, Subject
from shared.database import Transaction

TABLES: dict[type[Subject], tuple[str, str]] = {
    Appointment: ("appointments", "appointment_id"),
    Sanction: ("sanctions", "sanction_id"),
    Document: ("sick_leaves", "sick_leave_id"),
}
"""Each subject's projection and the name of its key."""


def subject_id(subject: Subject) -> UUID:
    found: UUID = getattr(subject, TABLES[type(subject)][1])
    return found


async def version(tx: Transaction, kind: type[Subject], identifier: UUID) -> int:
    """The newest version held, 0 when none is."""
    table, key = TABLES[kind]
    found = await tx.fetchval(f"SELECT sequence FROM {table} WHERE {key} = $1", identifier)
    return int(found or 0)


async def lock_version(tx: Transaction, subject: Subject) -> int:
    """The newest version held, while no event can bring a newer one before this commits."""
    table, key = TABLES[type(subject)]
    found = await tx.fetchval(
        f"SELECT sequence FROM {table} WHERE {key} = $1 FOR SHARE", subject_id(subject)
    )
    return int(found or 0)
