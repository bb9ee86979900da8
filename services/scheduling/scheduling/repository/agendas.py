"""Doctors, their weeks, and the days and slots published from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from scheduling.domain.agenda import Template
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Doctor:
    doctor_id: UUID
    name: str
    unit: str
    shift: str


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One day to publish with its slots, each `(slot_id, starts_at, ends_at)`."""

    agenda_id: UUID
    template: Template
    date: date
    slots: list[tuple[UUID, datetime, datetime]]


async def put_doctor(tx: Transaction, doctor: Doctor) -> int | None:
    """Inserts or changes a doctor; the new version, or None when nothing changed."""
    version: int | None = await tx.fetchval(
        """
        INSERT INTO doctors AS held (doctor_id, name, unit, shift) VALUES ($1, $2, $3, $4)
        ON CONFLICT (doctor_id) DO UPDATE
        SET name = $2, unit = $3, shift = $4, described_version = held.described_version + 1
        WHERE (held.name, held.unit, held.shift) IS DISTINCT FROM ($2, $3, $4)
        RETURNING described_version
        """,
        doctor.doctor_id,
        doctor.name,
        doctor.unit,
        doctor.shift,
    )
    return version


async def put_template(tx: Transaction, template: Template) -> None:
    """Sets a doctor's week for a service, of one block; what is published stays as it is (R-31)."""
    await tx.execute(
        "DELETE FROM templates WHERE doctor_id = $1 AND service = $2",
        template.doctor_id,
        template.service,
    )
    await _add_block(tx, template, 1)


async def put_week(tx: Transaction, doctor_id: UUID, week: Sequence[Template]) -> None:
    """Replaces everything that a doctor's week says; what is published stays as it is (R-31)."""
    await tx.execute("DELETE FROM templates WHERE doctor_id = $1", doctor_id)
    for block, template in enumerate(week, start=1):
        await _add_block(tx, template, block)


async def _add_block(tx: Transaction, template: Template, block: int) -> None:
    await tx.execute(
        """
        INSERT INTO templates
            (doctor_id, service, weekdays, opens, closes, slot_minutes, web_quota, block)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        template.doctor_id,
        template.service,
        list(template.weekdays),
        template.opens,
        template.closes,
        template.slot_minutes,
        template.web_quota,
        block,
    )


async def templates(tx: Transaction, doctor_id: UUID | None = None) -> list[Template]:
    """Every block of a doctor's week, or of everybody's; a service's blocks come together."""
    rows = await tx.fetch(
        "SELECT doctor_id, service, unit, weekdays, opens, closes, slot_minutes, web_quota"
        " FROM templates JOIN doctors USING (doctor_id)"
        " WHERE $1::uuid IS NULL OR doctor_id = $1 ORDER BY doctor_id, service, block",
        doctor_id,
    )
    return [Template(**{**row, "weekdays": tuple(row["weekdays"])}) for row in rows]


async def published(tx: Transaction, first: date, last: date) -> set[tuple[UUID, str, date]]:
    """The `(doctor_id, service, date)` that stand already, whatever their state."""
    rows = await tx.fetch(
        "SELECT doctor_id, service, date FROM agenda_days WHERE date BETWEEN $1 AND $2", first, last
    )
    return {(row["doctor_id"], row["service"], row["date"]) for row in rows}


async def publish(tx: Transaction, days: Sequence[AgendaDay], now: datetime) -> list[AgendaDay]:
    """Inserts days and their slots; returns those that did not stand already."""
    rows = await tx.fetch(
        """
        INSERT INTO agenda_days
            (agenda_id, doctor_id, service, unit, date, places, web_quota, published_quota,
            published_at)
        SELECT *, quota, $8::timestamptz FROM unnest(
            $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::int[], $7::int[])
            AS given (agenda_id, doctor_id, service, unit, date, places, quota)
        ON CONFLICT DO NOTHING RETURNING agenda_id
        """,
        [day.agenda_id for day in days],
        [day.template.doctor_id for day in days],
        [day.template.service for day in days],
        [day.template.unit for day in days],
        [day.date for day in days],
        [len(day.slots) for day in days],
        [min(day.template.web_quota, len(day.slots)) for day in days],
        now,
    )
    inserted = {row["agenda_id"] for row in rows}
    fresh = [day for day in days if day.agenda_id in inserted]
    await _insert_slots(tx, fresh)
    return fresh


async def _insert_slots(tx: Transaction, days: Sequence[AgendaDay]) -> None:
    each = [(day, slot) for day in days for slot in day.slots]
    await tx.execute(
        """
        INSERT INTO slots
            (slot_id, agenda_id, doctor_id, service, unit, date, starts_at, ends_at)
        SELECT given.slot_id, agenda_id, doctor_id, service, unit, date, given.starts_at,
            given.ends_at
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
            AS given (slot_id, agenda_id, starts_at, ends_at)
        JOIN agenda_days USING (agenda_id)
        """,
        [slot[0] for _, slot in each],
        [day.agenda_id for day, _ in each],
        [slot[1] for _, slot in each],
        [slot[2] for _, slot in each],
    )
