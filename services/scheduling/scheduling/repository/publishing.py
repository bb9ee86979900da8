"""A doctor's days and slots as publishing again finds them, and what it changes on them (R-31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """A published day; `by_act` when somebody withdrew it."""

    agenda_id: UUID
    date: date
    state: str
    places: int
    published_quota: int | None
    by_act: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """A day's new state, with the version under which it is told."""

    agenda_id: UUID
    unit: str
    date: date
    state: str
    version: int


async def serialize(tx: Transaction, unit: str, service: str) -> None:
    """Whoever publishes or empties days of a unit's service does it alone; booking goes on.

    Held until the transaction ends; taken before any row of a family or an agenda.
    """
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"agendas {unit} {service}"
    )


async def standing(
    tx: Transaction, doctor_id: UUID, service: str, first: date, last: date
) -> dict[date, Standing]:
    rows = await tx.fetch(
        """
        SELECT agenda_id, date, state, places, published_quota,
            EXISTS (SELECT FROM withdrawals WHERE agenda_id = agenda_days.agenda_id) AS by_act
        FROM agenda_days WHERE doctor_id = $1 AND service = $2 AND date BETWEEN $3 AND $4
        """,
        doctor_id,
        service,
        first,
        last,
    )
    return {row["date"]: Standing(**row) for row in rows}


async def slots(tx: Transaction, doctor_id: UUID, first: date, last: date) -> list[Record]:
    """Every slot of the doctor in these days, whatever the service."""
    return await tx.fetch(
        """
        SELECT slot_id, agenda_id, slots.date, starts_at, ends_at, appointment_id, leaving
        FROM slots JOIN agenda_days USING (agenda_id)
        WHERE agenda_days.doctor_id = $1 AND agenda_days.date BETWEEN $2 AND $3
        ORDER BY starts_at
        """,
        doctor_id,
        first,
        last,
    )


async def remove(tx: Transaction, slot_ids: Sequence[UUID]) -> int:
    """Deletes those still free; how many. Waits for who is booking one of them."""
    gone = await tx.fetch(
        """
        WITH held AS MATERIALIZED (
            SELECT slot_id FROM slots WHERE slot_id = ANY($1) AND appointment_id IS NULL
            ORDER BY slot_id FOR UPDATE
        )
        DELETE FROM slots USING held WHERE slots.slot_id = held.slot_id RETURNING slots.slot_id
        """,
        list(slot_ids),
    )
    return len(gone)


async def mark_leaving(tx: Transaction, slot_ids: Sequence[UUID], *, leaving: bool) -> int:
    """Marks booked slots, or takes the mark back; how many are booked still, and held by now."""
    marked = await tx.fetch(
        """
        WITH held AS MATERIALIZED (
            SELECT slot_id FROM slots WHERE slot_id = ANY($1) AND appointment_id IS NOT NULL
            ORDER BY slot_id FOR NO KEY UPDATE
        )
        UPDATE slots SET leaving = $2 FROM held WHERE slots.slot_id = held.slot_id
        RETURNING slots.slot_id
        """,
        list(slot_ids),
        leaving,
    )
    return len(marked)


async def add_slots(
    tx: Transaction, added: Sequence[tuple[UUID, UUID, datetime, datetime]]
) -> None:
    """Adds `(slot_id, agenda_id, starts_at, ends_at)`; a time that was added meanwhile stays."""
    await tx.execute(
        """
        INSERT INTO slots (slot_id, agenda_id, doctor_id, service, unit, date, starts_at, ends_at)
        SELECT given.slot_id, agenda_id, doctor_id, service, unit, date, given.starts_at,
            given.ends_at
        FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
            AS given (slot_id, agenda_id, starts_at, ends_at)
        JOIN agenda_days USING (agenda_id)
        ON CONFLICT DO NOTHING
        """,
        *([each[place] for each in added] for place in range(4)),
    )


async def add_day(
    tx: Transaction,
    agenda_id: UUID,
    *,
    doctor_id: UUID,
    service: str,
    unit: str,
    day: date,
    now: datetime,
) -> bool:
    """Adds a day without places, told as its first version; False when it came to be meanwhile."""
    status: str = await tx.execute(
        """
        INSERT INTO agenda_days
            (agenda_id, doctor_id, service, unit, date, places, web_quota, version, published_at)
        VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6) ON CONFLICT DO NOTHING
        """,
        agenda_id,
        doctor_id,
        service,
        unit,
        day,
        now,
    )
    return status.endswith(" 1")


async def settle(tx: Transaction, quotas: dict[UUID, int]) -> list[Settled]:
    """Counts the days' places anew and sets what the week gives the web; last, and in order.

    A quota that somebody set for one day stays where the week's has not changed. A day without
    any place is withdrawn, one that has places again is open.
    """
    await tx.execute(
        "SELECT FROM agenda_days WHERE agenda_id = ANY($1) ORDER BY agenda_id FOR NO KEY UPDATE",
        list(quotas),
    )
    rows = await tx.fetch(
        """
        UPDATE agenda_days AS day SET
            places = counted.places,
            web_quota = greatest(web_used, least(counted.places,
                CASE WHEN published_quota = given.quota THEN web_quota ELSE given.quota END)),
            published_quota = given.quota,
            state = CASE WHEN counted.places = 0 THEN 'withdrawn' ELSE 'open' END,
            version = version + 1
        FROM unnest($1::uuid[], $2::integer[]) AS given (agenda_id, quota)
        CROSS JOIN LATERAL (
            SELECT count(*)::integer AS places FROM slots WHERE slots.agenda_id = given.agenda_id
        ) AS counted
        WHERE day.agenda_id = given.agenda_id AND day.state <> 'closing'
        RETURNING day.agenda_id, unit, date, state, version
        """,
        list(quotas),
        list(quotas.values()),
    )
    return [Settled(**row) for row in rows]


async def folios(tx: Transaction, appointment_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = await tx.fetch(
        "SELECT appointment_id, folio FROM appointments WHERE appointment_id = ANY($1)",
        list(appointment_ids),
    )
    return {row["appointment_id"]: row["folio"] for row in rows}
