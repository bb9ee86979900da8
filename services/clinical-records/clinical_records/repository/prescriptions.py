"""Prescriptions as rows; their content is sealed (R-40, R-41)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction

_COLUMNS = (
    "prescription_id, member_id, unit, doctor_id, issued_at, state, voided_at, content,"
    " content_key_id"
)


@dataclass(frozen=True, slots=True)
class NewPrescription:
    prescription_id: UUID
    member_id: UUID
    family_id: UUID
    unit: str
    doctor_id: UUID
    issued_by: UUID
    issued_at: datetime
    content: bytes
    content_key_id: str


async def add(tx: Transaction, new: NewPrescription) -> None:
    await tx.execute(
        """
        INSERT INTO prescriptions (prescription_id, member_id, family_id, unit, doctor_id,
                                   issued_by, issued_at, content, content_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        new.prescription_id,
        new.member_id,
        new.family_id,
        new.unit,
        new.doctor_id,
        new.issued_by,
        new.issued_at,
        new.content,
        new.content_key_id,
    )


async def get(tx: Transaction, prescription_id: UUID) -> asyncpg.Record | None:
    return await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM prescriptions WHERE prescription_id = $1", prescription_id
    )


async def page(
    tx: Transaction, member_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Up to so many of a member's, the newest first, older than `before`."""
    at, prescription_id = before or (None, None)
    older = "AND (issued_at, prescription_id) < ($3, $4)" if before else ""
    rows: list[asyncpg.Record] = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM prescriptions WHERE member_id = $1 {older}
        ORDER BY issued_at DESC, prescription_id DESC LIMIT $2
        """,
        *(member_id, limit, at, prescription_id)[: 4 if before else 2],
    )
    return rows


async def locked(tx: Transaction, prescription_id: UUID, doctor_id: UUID) -> asyncpg.Record | None:
    """The doctor's own prescription, held until the transaction ends."""
    return await tx.fetchrow(
        "SELECT state, member_id FROM prescriptions"
        " WHERE prescription_id = $1 AND doctor_id = $2 FOR UPDATE",
        prescription_id,
        doctor_id,
    )


async def void(
    tx: Transaction, prescription_id: UUID, *, by: UUID, reason: tuple[str, bytes], now: datetime
) -> int:
    """Voids it and returns the sequence of its public fact; `reason` is key id and sealed text."""
    key_id, sealed = reason
    version: int = await tx.fetchval(
        """
        UPDATE prescriptions SET state = 'voided', voided_by = $2, voided_at = $3,
               voided_reason = $4, voided_reason_key_id = $5, version = version + 1
        WHERE prescription_id = $1 RETURNING version
        """,
        prescription_id,
        by,
        now,
        sealed,
        key_id,
    )
    return version
