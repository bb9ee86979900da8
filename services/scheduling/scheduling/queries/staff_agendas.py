"""Agendas as staff see them: doctors, weeks, published days, holidays and absences (R-31)."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from asyncpg import Record

from scheduling.agenda_models import (
    AgendaItem,
    Agendas,
    DoctorWeek,
    HoursItem,
    StaffDoctor,
    StaffDoctors,
)
from scheduling.closure_models import AbsenceItem, Absences, HolidayItem
from scheduling.models import Doctor
from scheduling.repository import agendas
from shared import cursors
from shared.database import Transaction
from shared.errors import NotFound


async def doctors(tx: Transaction, unit: str) -> StaffDoctors:
    """A unit's doctors by name, with the services of their weeks; NotFound for no unit of ours."""
    if not await tx.fetchval("SELECT EXISTS (SELECT FROM units WHERE code = $1)", unit):
        raise NotFound
    rows = await tx.fetch(
        """
        SELECT doctor_id AS id, name, shift, unit, ARRAY(
            SELECT DISTINCT service FROM templates WHERE templates.doctor_id = doctors.doctor_id
            ORDER BY service) AS services
        FROM doctors WHERE unit = $1 ORDER BY name, doctor_id
        """,
        unit,
    )
    return StaffDoctors(items=[StaffDoctor(**row) for row in rows])


async def week(tx: Transaction, doctor_id: UUID, unit: str | None) -> DoctorWeek:
    """A doctor's week; NotFound outside the unit, where one is given."""
    row = await tx.fetchrow(
        "SELECT doctor_id AS id, name, shift, unit FROM doctors"
        " WHERE doctor_id = $1 AND ($2::text IS NULL OR unit = $2)",
        doctor_id,
        unit,
    )
    if row is None:
        raise NotFound
    return DoctorWeek(
        doctor=Doctor(id=row["id"], name=row["name"], shift=row["shift"]),
        unit=row["unit"],
        hours=[
            HoursItem(
                service=block.service,
                weekdays=list(block.weekdays),
                from_=f"{block.opens:%H:%M}",
                to=f"{block.closes:%H:%M}",
                slot_minutes=block.slot_minutes,
                web_quota=block.web_quota,
            )
            for block in await agendas.templates(tx, doctor_id)
        ],
    )


async def listed(
    tx: Transaction,
    *,
    unit: str | None,
    doctor_id: UUID | None,
    first: date,
    last: date,
    limit: int,
    cursor: str | None,
) -> Agendas:
    """A page of published days by date; a cursor is stable when days are added."""
    after = cursors.read(cursor) if cursor is not None else None
    rows = await tx.fetch(
        """
        SELECT agenda_id AS id, service, agenda_days.unit, date, state, places, taken, web_quota,
            web_used, doctor_id, name, shift
        FROM agenda_days JOIN doctors USING (doctor_id)
        WHERE date BETWEEN $3 AND $4 AND ($1::text IS NULL OR agenda_days.unit = $1)
            AND ($2::uuid IS NULL OR doctor_id = $2)
            AND ($5::date IS NULL OR (date, agenda_id) > ($5, $6::uuid))
        ORDER BY date, agenda_id LIMIT $7
        """,
        unit,
        doctor_id,
        first,
        last,
        after[0].date() if after else None,
        after[1] if after else None,
        limit + 1,
    )
    page = rows[:limit]
    more = len(rows) > limit
    return Agendas(
        items=[AgendaItem(**_with_doctor(row)) for row in page],
        next=_cursor(page[-1]["date"], page[-1]["id"]) if more else None,
    )


async def declared_holidays(
    tx: Transaction, *, unit: str | None, first: date, last: date
) -> list[HolidayItem]:
    """What staff declared: for every unit, and for this one where one is given, else for each."""
    rows = await tx.fetch(
        """
        SELECT date, name, 'declared' AS source, unit FROM holidays
        WHERE date BETWEEN $2 AND $3 AND (unit IS NULL OR $1::text IS NULL OR unit = $1)
        ORDER BY date, unit NULLS FIRST
        """,
        unit,
        first,
        last,
    )
    return [HolidayItem(**row) for row in rows]


async def absences(
    tx: Transaction,
    *,
    unit: str | None,
    doctor_id: UUID | None,
    first: date,
    limit: int,
    cursor: str | None,
) -> Absences:
    """A page of absences that end on this day or later, by their first day."""
    after = cursors.read(cursor) if cursor is not None else None
    rows = await tx.fetch(
        """
        SELECT absence_id AS id, unit, from_on AS from_, to_on AS to, reason, doctor_id, name, shift
        FROM absences JOIN doctors USING (doctor_id)
        WHERE to_on >= $3 AND ($1::text IS NULL OR unit = $1)
            AND ($2::uuid IS NULL OR doctor_id = $2)
            AND ($4::date IS NULL OR (from_on, absence_id) > ($4, $5::uuid))
        ORDER BY from_on, absence_id LIMIT $6
        """,
        unit,
        doctor_id,
        first,
        after[0].date() if after else None,
        after[1] if after else None,
        limit + 1,
    )
    page = rows[:limit]
    more = len(rows) > limit
    return Absences(
        items=[AbsenceItem(**_with_doctor(row)) for row in page],
        next=_cursor(page[-1]["from_"], page[-1]["id"]) if more else None,
    )


def _with_doctor(row: Record) -> dict[str, Any]:
    given = dict(row)
    doctor = Doctor(id=given.pop("doctor_id"), name=given.pop("name"), shift=given.pop("shift"))
    return given | {"doctor": doctor}


def _cursor(day: date, identifier: UUID) -> str:
    return cursors.write(datetime.combine(day, time(0), tzinfo=UTC), identifier)
