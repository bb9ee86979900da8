"""The appointment's newest version; its row is also the lock that keeps its mails in order."""

from uuid import UUID

from shared.database import Transaction


async def version(tx: Transaction, appointment_id: UUID) -> int:
    """The newest version held, 0 when none is."""
    found = await tx.fetchval(
        "SELECT sequence FROM appointments WHERE appointment_id = $1", appointment_id
    )
    return int(found or 0)


async def lock_version(tx: Transaction, appointment_id: UUID) -> int:
    """The newest version held, while no event can bring a newer one before this commits."""
    found = await tx.fetchval(
        "SELECT sequence FROM appointments WHERE appointment_id = $1 FOR SHARE", appointment_id
    )
    return int(found or 0)
