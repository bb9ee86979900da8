"""What publishing a range of dates means for each day (R-31): the preview and the act ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.agenda import PlannedDay, day_of
from scheduling.repository import agendas, closures, doctors, publishing
from scheduling.repository.publishing import Standing
from shared.clock import local_day
from shared.database import Transaction
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Range:
    """Whose days, the first and the last included; `holidays` are the profile's in that range."""

    doctor_id: UUID
    service: str
    first: date
    last: date
    holidays: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What each day should be, or why it isn't given."""

    wanted: dict[date, PlannedDay]
    skipped: dict[date, str]
    standing: dict[date, Standing]
    unit: str
    zone: ZoneInfo


async def plan_publication(tx: Transaction, wanted: Range, now: datetime, *, alone: bool) -> Plan:
    """The plan; raises NotFound for an unknown doctor. `alone` holds others off until the end."""
    found = await doctors.unit_of(tx, wanted.doctor_id)
    if found is None:
        raise NotFound
    unit, zone = found[0], ZoneInfo(found[1])
    if alone:
        await closures.hold(tx, declaring=False)
        await publishing.serialize(tx, unit, wanted.service)
    week = [
        block
        for block in await agendas.templates(tx, wanted.doctor_id)
        if block.service == wanted.service
    ]
    closed = await closures.between(tx, wanted.first, wanted.last)
    standing = await publishing.standing(
        tx, wanted.doctor_id, wanted.service, wanted.first, wanted.last
    )
    plan = Plan({}, {}, standing, unit, zone)
    today = local_day(now, zone)
    for offset in range((wanted.last - wanted.first).days + 1):
        day = wanted.first + timedelta(days=offset)
        planned = day_of(week, day, zone)
        why = _why_not(day, today, wanted, standing.get(day), planned) or closed.why(
            day, unit, wanted.doctor_id
        )
        if why:
            plan.skipped[day] = why
        else:
            plan.wanted[day] = planned
    return plan


def _why_not(
    day: date, today: date, wanted: Range, standing: Standing | None, planned: PlannedDay
) -> str | None:
    if day < today:
        return "past"
    if standing is not None and (standing.state == "closing" or standing.by_act):
        return "withdrawn"
    if not planned.slots and (standing is None or standing.places == 0):
        return "no-hours"
    return "holiday" if day in wanted.holidays else None
