"""Holidays that staff declared and doctors' absences: the days on which nothing is published."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared.database import Transaction

Closed = Literal["holiday", "absence"]


@dataclass(frozen=True, slots=True)
class Closures:
    """Holidays as `(date, unit or None for every unit)`, absences as `(doctor_id, from, to)`."""

    holidays: frozenset[tuple[date, str | None]]
    absences: tuple[tuple[UUID, date, date], ...]

    def why(self, day: date, unit: str, doctor_id: UUID) -> Closed | None:
        """What keeps the doctor's day from being published."""
        if {(day, None), (day, unit)} & self.holidays:
            return "holiday"
        for absent, first, last in self.absences:
            if absent == doctor_id and first <= day <= last:
                return "absence"
        return None


async def hold(tx: Transaction, *, declaring: bool) -> None:
    """Until the transaction ends nobody declares what closes days, or, declaring, publishes any.

    Who declares sees every published day then, and who publishes every declared closure. Taken
    before any other lock of agendas.
    """
    lock = "pg_advisory_xact_lock" if declaring else "pg_advisory_xact_lock_shared"
    await tx.execute(f"SELECT {lock}(hashtextextended('closures', 0))")


async def between(tx: Transaction, first: date, last: date) -> Closures:
    """What closes any of these days."""
    holidays = await tx.fetch(
        "SELECT date, unit FROM holidays WHERE date BETWEEN $1 AND $2", first, last
    )
    absences = await tx.fetch(
        "SELECT doctor_id, from_on, to_on FROM absences WHERE from_on <= $2 AND to_on >= $1",
        first,
        last,
    )
    return Closures(
        frozenset((row["date"], row["unit"]) for row in holidays),
        tuple((row["doctor_id"], row["from_on"], row["to_on"]) for row in absences),
    )


async def declare_holiday(
    tx: Transaction,
    holiday_id: UUID,
    *,
    day: date,
    unit: str | None,
    name: str,
    by: UUID,
    now: datetime,
) -> UUID:
    """The holiday's id; one that stands keeps it and takes the new name."""
    found: UUID = await tx.fetchval(
        """
        INSERT INTO holidays (holiday_id, date, unit, name, declared_by, declared_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (date, coalesce(unit, '')) DO UPDATE SET name = $4 RETURNING holiday_id
        """,
        holiday_id,
        day,
        unit,
        name,
        by,
        now,
    )
    return found


async def declare_absence(
    tx: Transaction,
    absence_id: UUID,
    *,
    doctor_id: UUID,
    first: date,
    last: date,
    reason: str,
    by: UUID,
    now: datetime,
) -> None:
    await tx.execute(
        "INSERT INTO absences"
        " (absence_id, doctor_id, from_on, to_on, reason, declared_by, declared_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        absence_id,
        doctor_id,
        first,
        last,
        reason,
        by,
        now,
    )
