"""What is known of doctors by scheduling's events: name, whom they see, and in which service."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shared.database import Transaction


async def name(tx: Transaction, doctor_id: UUID) -> str | None:
    """As documents print it; None until scheduling has told."""
    found: str | None = await tx.fetchval(
        "SELECT name FROM doctors WHERE doctor_id = $1", doctor_id
    )
    return found


async def sees(
    tx: Transaction, doctor_id: UUID, member_id: UUID, *, since: datetime, until: datetime
) -> bool:
    """Whether an appointment that stands brings them together in that time; `until` excluded."""
    return bool(
        await tx.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM appointments JOIN appointment_descriptions d USING (appointment_id)
                WHERE member_id = $2 AND d.doctor_id = $1 AND state <> 'cancelled'
                  AND starts_at >= $3 AND starts_at < $4
            )
            """,
            doctor_id,
            member_id,
            since,
            until,
        )
    )


async def gives(
    tx: Transaction,
    doctor_id: UUID,
    services: Collection[str],
    *,
    since: datetime,
    until: datetime,
) -> bool:
    """Whether the doctor has an appointment that stands in one of these services."""
    return bool(
        await tx.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM appointment_descriptions d JOIN appointments USING (appointment_id)
                WHERE d.doctor_id = $1 AND d.service = ANY($2) AND state <> 'cancelled'
                  AND starts_at >= $3 AND starts_at < $4
            )
            """,
            doctor_id,
            list(services),
            since,
            until,
        )
    )
