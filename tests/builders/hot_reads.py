"""The reads that everybody makes all the time, as the service makes them, for anybody."""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from builders.scheduling import local
from builders.scheduling_history import (
    AHEAD,
    SERVICES,
    TODAY,
    UNITS,
    History,
    doctor_id,
    made_id,
    member_id,
)
from scheduling.queries import appointments, availability, members, staff_days
from scheduling.queries.members import Scope
from shared.database import Transaction

NOW = local(TODAY, 6)


@dataclass(frozen=True, slots=True)
class Someone:
    """A member and the unit, doctor and day that they look at."""

    family_id: UUID
    member_id: UUID
    unit: str
    service: str
    doctor: UUID
    day: datetime


Read = Callable[[Transaction, Someone], Awaitable[int]]
"""A hot read as the service does it; returns how many rows a person would see."""


async def _scope(tx: Transaction, one: Someone) -> Scope:
    return await members.scope(tx, family_id=one.family_id, member_id=one.member_id, now=NOW)


async def days(tx: Transaction, one: Someone) -> int:
    scope = await _scope(tx, one)
    first, last = scope.today, scope.last_day
    found = await availability.availability(
        tx, scope, one.service, doctor=one.doctor, first=first, last=last
    )
    return len(found.days)


async def times(tx: Transaction, one: Someone) -> int:
    scope = await _scope(tx, one)
    found = await availability.slots(tx, scope, one.service, day=one.day.date(), doctor=one.doctor)
    return len(found.items)


async def upcoming(tx: Transaction, one: Someone) -> int:
    found = await appointments.listed(
        tx,
        family_id=one.family_id,
        member_id=one.member_id,
        which="upcoming",
        limit=20,
        cursor=None,
        now=NOW,
    )
    return found.count(b'"folio"')


async def unit_day(tx: Transaction, one: Someone) -> int:
    wanted = staff_days.Wanted(one.unit, one.day.date(), None, None)
    found = await staff_days.day(tx, wanted, limit=50, cursor=None, now=NOW)
    return len(found.items)


READS: dict[str, Read] = {
    "availability of a doctor": days,
    "free times of a day": times,
    "a member's upcoming": upcoming,
    "a unit's day": unit_day,
}


def people(history: History, seed: int) -> Iterator[Someone]:
    """Always others, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  # the same people on every machine
    while True:
        unit = dice.randrange(len(UNITS))
        number = unit * history.members + dice.randrange(history.members)
        doctor = unit + len(UNITS) * dice.randrange(history.doctors // len(UNITS))
        yield Someone(
            family_id=made_id(6, number - number % 3),
            member_id=member_id(history, unit, number - unit * history.members),
            unit=UNITS[unit],
            service=SERVICES[doctor // 10 % 2],
            doctor=doctor_id(doctor),
            day=NOW + timedelta(days=dice.randrange(1, AHEAD)),
        )
