"""A doctor's week becomes the slots of one day, in the unit's wall time (R-31)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.clock import NoSuchLocalTime, at_local


@dataclass(frozen=True, slots=True)
class Template:
    """Which weekdays (1 Monday to 7 Sunday) and hours a doctor gives a service."""

    doctor_id: UUID
    service: str
    unit: str
    weekdays: tuple[int, ...]
    opens: time
    closes: time
    slot_minutes: int
    web_quota: int


def slots_of(template: Template, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The day's slots as UTC instants; empty on a weekday that the template leaves out.

    A wall time that the zone skips on that day gives no slot.
    """
    if day.isoweekday() not in template.weekdays:
        return []
    return [
        slot
        for wall in _starts(template)
        if (slot := _slot(day, wall, template.slot_minutes, zone)) is not None
    ]


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What a week makes of one day: slots by time, as UTC instants, and the web's places."""

    slots: list[tuple[datetime, datetime]]
    web_quota: int


def day_of(week: Iterable[Template], day: date, zone: ZoneInfo) -> PlannedDay:
    """The day that a service's blocks make together; the web never has more places than there are.

    A block that gives no slot on this day gives no quota either.
    """
    parts = [(block, slots_of(block, day, zone)) for block in week]
    slots = sorted(slot for _, given in parts for slot in given)
    quota = sum(block.web_quota for block, given in parts if given)
    return PlannedDay(slots, min(quota, len(slots)))


def _starts(template: Template) -> Iterator[time]:
    moment = datetime.combine(date.min, template.opens)
    closes = datetime.combine(date.min, template.closes)
    length = timedelta(minutes=template.slot_minutes)
    while moment + length <= closes:
        yield moment.time()
        moment += length


def _slot(day: date, wall: time, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    try:
        starts_at = at_local(day, wall, zone)
    except NoSuchLocalTime:
        return None
    return starts_at, starts_at + timedelta(minutes=minutes)


def overlaps(templates: Iterable[Template]) -> list[tuple[Template, Template]]:
    """Pairs in which one doctor would be in two places at once."""
    return [
        (one, other)
        for one, other in combinations(templates, 2)
        if one.doctor_id == other.doctor_id
        and set(one.weekdays) & set(other.weekdays)
        and one.opens < other.closes
        and other.opens < one.closes
    ]
