"""What staff act on, found within their reach: their unit's, a doctor's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from scheduling.domain.staff import Reach
from shared.contracts.scheduling import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentMissed,
    SanctionLifted,
)
from shared.database import Transaction

MarkFact = AppointmentAttended | AppointmentMissed | AppointmentBooked

_MARKS: dict[str, type[MarkFact]] = {
    "attended": AppointmentAttended,
    "no_show": AppointmentMissed,
    "booked": AppointmentBooked,
}


@dataclass(frozen=True, slots=True)
class Found:
    """An appointment within reach."""

    family_id: UUID
    member_id: UUID


async def family_of(tx: Transaction, member_id: UUID, reach: Reach) -> UUID | None:
    """The family of a member of the reach's unit; None where there is no such one."""
    family_id: UUID | None = await tx.fetchval(
        "SELECT family_id FROM members"
        " WHERE member_id = $1 AND ($2::text IS NULL OR home_unit = $2)",
        member_id,
        reach.unit,
    )
    return family_id


async def appointment(tx: Transaction, appointment_id: UUID, reach: Reach) -> Found | None:
    """Whose the appointment is; None where there is no such one within reach."""
    row = await tx.fetchrow(
        "SELECT family_id, member_id FROM appointments WHERE appointment_id = $1"
        " AND ($2::text IS NULL OR unit = $2) AND ($3::uuid IS NULL OR doctor_id = $3)",
        appointment_id,
        reach.unit,
        reach.doctor_id,
    )
    return None if row is None else Found(**row)


async def family_in_reach(tx: Transaction, family_id: UUID, reach: Reach) -> bool:
    """Whether a member of the family belongs to the reach's unit."""
    found: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM members"
        " WHERE family_id = $1 AND ($2::text IS NULL OR home_unit = $2))",
        family_id,
        reach.unit,
    )
    return found


async def keep_reason(tx: Transaction, appointment_id: UUID, reason: str) -> None:
    """The reason for staff's eyes: it never becomes part of an event."""
    await tx.execute(
        "UPDATE appointments SET staff_reason = $2 WHERE appointment_id = $1",
        appointment_id,
        reason,
    )


async def mark(
    tx: Transaction, appointment_id: UUID, *, state: str, reason: str | None
) -> tuple[MarkFact, int]:
    """Sets `attended`, `no_show`, or `booked` again; the fact and its version.

    `by` keeps telling who booked it: whether somebody came is staff's alone to say.
    """
    row = await tx.fetchrow(
        "UPDATE appointments SET state = $2, staff_reason = $3, version = version + 1"
        " WHERE appointment_id = $1"
        " RETURNING appointment_fact(appointments) AS fact, version",
        appointment_id,
        state,
        reason,
    )
    if row is None:
        raise LookupError(appointment_id)
    return _MARKS[state].model_validate_json(row["fact"]), row["version"]


async def answer(tx: Transaction, appointment_id: UUID, *, now: datetime) -> str:
    """The appointment as staff see it."""
    text: str = await tx.fetchval(
        "SELECT staff_appointment_json(appointments, $2)::text FROM appointments"
        " WHERE appointment_id = $1",
        appointment_id,
        now,
    )
    return text


async def attendance_refusal(
    tx: Transaction, appointment_id: UUID, *, state: str, now: datetime
) -> str | None:
    """What rule_attendance has against the mark, as JSON; None when nothing."""
    refusal: str | None = await tx.fetchval(
        "SELECT rule_attendance(appointments, $2, $3)::text FROM appointments"
        " WHERE appointment_id = $1",
        appointment_id,
        state,
        now,
    )
    return refusal


async def family_of_sanction(tx: Transaction, sanction_id: UUID) -> UUID | None:
    family_id: UUID | None = await tx.fetchval(
        "SELECT family_id FROM sanctions WHERE sanction_id = $1", sanction_id
    )
    return family_id


async def lift(
    tx: Transaction, sanction_id: UUID, *, by: UUID, reason: str, now: datetime
) -> tuple[SanctionLifted, int] | None:
    """Lifts what holds; the fact and its version, or None when it is over already."""
    row = await tx.fetchrow(
        """
        UPDATE sanctions SET lifted_at = $2, lifted_by = $3, lifting_reason = $4,
            version = version + 1
        WHERE sanction_id = $1 AND lifted_at IS NULL AND until > $2
        RETURNING sanction_id, family_id, until, rule, version
        """,
        sanction_id,
        now,
        by,
        reason,
    )
    if row is None:
        return None
    given: dict[str, Any] = dict(row)
    version: int = given.pop("version")
    return SanctionLifted(**given), version


async def sanctioned_until(tx: Transaction, family_id: UUID, now: datetime) -> datetime | None:
    """Until when the family is sanctioned all the same, by what else holds."""
    until: datetime | None = await tx.fetchval("SELECT sanctioned_until($1, $2)", family_id, now)
    return until
