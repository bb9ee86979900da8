"""Doctors by themselves: whether they are there, where, and held while their week changes."""

from uuid import UUID

from shared.database import Transaction


async def exists(tx: Transaction, doctor_id: UUID) -> bool:
    found: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM doctors WHERE doctor_id = $1)", doctor_id
    )
    return found


async def unit_of(tx: Transaction, doctor_id: UUID) -> tuple[str, str] | None:
    """The doctor's unit and its zone; None for a doctor that isn't there."""
    row = await tx.fetchrow(
        "SELECT unit, zone FROM doctors JOIN units ON code = unit WHERE doctor_id = $1", doctor_id
    )
    return None if row is None else (row["unit"], row["zone"])


async def lock(tx: Transaction, doctor_id: UUID) -> bool:
    """Holds the doctor's row, whose week is being changed; False where there is none."""
    status: str = await tx.execute(
        "SELECT FROM doctors WHERE doctor_id = $1 FOR NO KEY UPDATE", doctor_id
    )
    return status.endswith(" 1")
