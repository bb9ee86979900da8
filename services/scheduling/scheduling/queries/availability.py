"""Days and free times of a service in the member's unit, and what to do where none is left."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import Record

from scheduling.domain.appointment import AgendaFull
from scheduling.domain.availability import DayState, best, day_state, web_places_left
from scheduling.domain.refusals import closed_day
from scheduling.models import Alternatives, Availability, Day, Instead, SlotItem, Slots
from scheduling.queries.alternatives import alternatives, doctors_of
from scheduling.queries.members import Scope
from shared.database import Transaction


async def availability(
    tx: Transaction, scope: Scope, service: str, *, doctor: UUID | None, first: date, last: date
) -> Availability:
    """Days by date, then doctor; each that is not open says where else there are places."""
    first, last = max(first, scope.today), min(last, scope.last_day)
    days = await _days(tx, scope, service, doctor=doctor, first=first, last=last)
    closed = [day for day in days if day.state != "open"]
    if days and not closed:
        return Availability(days=days, unit=scope.place)
    standing = await _standing(tx, scope, service)
    known = await doctors_of(tx, standing)
    for day in closed:
        day.alternatives = alternatives(
            standing, known, doctor=day.doctor_id, first=day.date, last=day.date
        )
    instead = None
    if len(closed) == len(days):
        instead = alternatives(standing, known, doctor=doctor, first=first, last=last)
    return Availability(days=days, alternatives=instead, unit=scope.place)


async def slots(
    tx: Transaction, scope: Scope, service: str, *, day: date, doctor: UUID | None
) -> Slots:
    """The day's free slots, by time and doctor; also where the web's quota is used up."""
    rows = await tx.fetch(
        """
        SELECT slot_id, starts_at, ends_at, slots.doctor_id,
            web_used < web_quota AND NOT starts_at <@ $7::tstzrange AS web_open
        FROM agenda_days JOIN slots USING (agenda_id)
        WHERE agenda_days.unit = $1 AND agenda_days.service = $2 AND agenda_days.date = $3
            AND ($4::uuid IS NULL OR agenda_days.doctor_id = $4) AND state = 'open'
            AND agenda_days.date <= $6 AND appointment_id IS NULL AND starts_at >= $5
        ORDER BY starts_at, slots.doctor_id
        """,
        scope.unit,
        service,
        day,
        doctor,
        scope.earliest,
        scope.last_day,
        scope.with_counter,
    )
    items = [_slot(row, scope) for row in rows]
    state = best(day_state(free=1, web_left=int(row["web_open"])) for row in rows)
    if state == "open":
        return Slots(items=items, state=state, unit=scope.place)
    instead = await _instead(tx, await _standing(tx, scope, service), day=day, doctor=doctor)
    return Slots(items=items, state=state, alternatives=instead, unit=scope.place)


async def first_slot(tx: Transaction, scope: Scope, service: str) -> Slots:
    """The first slot with any doctor that the web may still take; AgendaFull when none is left.

    The refusal tells whether other channels have places still, and where the unit is.
    """
    row = await tx.fetchrow(
        """
        SELECT slot_id, starts_at, ends_at, slots.doctor_id
        FROM slots JOIN agenda_days USING (agenda_id)
        WHERE slots.unit = $1 AND slots.service = $2 AND starts_at >= $3 AND slots.date <= $4
            AND appointment_id IS NULL AND state = 'open' AND web_used < web_quota
            AND NOT starts_at <@ $5::tstzrange
        ORDER BY starts_at, slots.doctor_id LIMIT 1
        """,
        scope.unit,
        service,
        scope.earliest,
        scope.last_day,
        scope.with_counter,
    )
    if row is not None:
        return Slots(items=[_slot(row, scope)], state="open", unit=scope.place)
    standing = await _standing(tx, scope, service)
    state = best(day.state for day in standing)
    nowhere = Alternatives(other_doctors=[], next_dates=[])
    told = Instead(state=state, alternatives=nowhere, unit=scope.place)
    raise AgendaFull(closed_day(state, scope.place.name), **told.model_dump(mode="json"))


async def instead_of(tx: Transaction, scope: Scope, slot_id: UUID) -> Instead | None:
    """How the day of a refused slot stands now, and where else the web has places.

    None where the slot has left its agenda meanwhile.
    """
    slot = await tx.fetchrow(
        "SELECT service, doctor_id, date FROM slots WHERE slot_id = $1", slot_id
    )
    if slot is None:
        return None
    doctor, day = slot["doctor_id"], slot["date"]
    standing = await _standing(tx, scope, slot["service"])
    return Instead(
        state=best(one.state for one in standing if (one.doctor_id, one.date) == (doctor, day)),
        alternatives=await _instead(tx, standing, day=day, doctor=doctor),
        unit=scope.place,
    )


async def _standing(tx: Transaction, scope: Scope, service: str) -> list[Day]:
    """All that the unit's doctors of the service have published, as far as the web may look."""
    return await _days(tx, scope, service, doctor=None, first=scope.today, last=scope.last_day)


async def _instead(
    tx: Transaction, standing: Sequence[Day], *, day: date, doctor: UUID | None
) -> Alternatives:
    known = await doctors_of(tx, [one for one in standing if one.date == day])
    return alternatives(standing, known, doctor=doctor, first=day, last=day)


async def _days(
    tx: Transaction, scope: Scope, service: str, *, doctor: UUID | None, first: date, last: date
) -> list[Day]:
    """Days by date, then doctor. The counters tell; only near days are counted slot by slot."""
    rows = await tx.fetch(
        """
        SELECT date, doctor_id, web_quota, web_used,
            CASE WHEN date > $6 THEN places - taken ELSE near.free END AS free,
            CASE WHEN date > $6 THEN places - taken ELSE near.web_free END AS web_free
        FROM agenda_days LEFT JOIN LATERAL (
            SELECT count(*) AS free,
                count(*) FILTER (WHERE NOT starts_at <@ $8::tstzrange) AS web_free
            FROM slots
            WHERE slots.agenda_id = agenda_days.agenda_id AND appointment_id IS NULL
                AND starts_at >= $7
        ) AS near ON date <= $6
        WHERE unit = $1 AND service = $2 AND date BETWEEN $4 AND $5 AND state = 'open'
            AND ($3::uuid IS NULL OR doctor_id = $3)
        ORDER BY date, doctor_id
        """,
        scope.unit,
        service,
        doctor,
        first,
        last,
        _told_by_the_clock(scope),
        scope.earliest,
        scope.with_counter,
    )
    return [_day(row) for row in rows]


def _told_by_the_clock(scope: Scope) -> date:
    """The last day of which a time may be past, too near, or with the counter."""
    latest = scope.earliest
    if scope.with_counter.upper is not None:
        latest = max(latest, scope.with_counter.upper)
    return latest.astimezone(ZoneInfo(scope.zone)).date()


def _day(row: Record) -> Day:
    left = web_places_left(
        free=row["web_free"], web_quota=row["web_quota"], web_used=row["web_used"]
    )
    state: DayState = day_state(free=row["free"], web_left=left)
    return Day(date=row["date"], doctor_id=row["doctor_id"], web_places_left=left, state=state)


def _slot(row: Record, scope: Scope) -> SlotItem:
    zone = ZoneInfo(scope.zone)
    return SlotItem(
        id=row["slot_id"],
        starts_at=row["starts_at"].astimezone(zone),
        ends_at=row["ends_at"].astimezone(zone),
        doctor_id=row["doctor_id"],
    )
