"""Publish agendas (R-31): every doctor's week becomes days and slots; repeating is harmless."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from scheduling.domain.agenda import Template, day_of
from scheduling.repository import agendas, closures
from scheduling.repository.agendas import AgendaDay
from scheduling.repository.closures import Closures
from shared import outbox
from shared.contracts.scheduling import AgendaPublished
from shared.database import Database
from shared.ids import uuid7

BATCH = 100


async def publish_agendas(
    database: Database,
    *,
    first: date,
    last: date,
    zone_of: Callable[[str], ZoneInfo],
    is_holiday: Callable[[date], bool],
    now: datetime,
) -> int:
    """Publishes the days from `first` to `last`; returns how many did not stand already."""
    async with database.connection() as connection:
        templates = await agendas.templates(connection)
        standing = await agendas.published(connection, first, last)
        closed = await closures.between(connection, first, last)
    wanted = (
        day
        for day in _days(templates, first, last, zone_of, is_holiday, closed=closed)
        if (day.template.doctor_id, day.template.service, day.date) not in standing
    )
    published = 0
    while batch := list(islice(wanted, BATCH)):
        async with database.transaction() as tx:
            await closures.hold(tx, declaring=False)
            # What was declared since the days were planned closes them all the same.
            closed = await closures.between(tx, batch[0].date, batch[-1].date)
            fresh = await agendas.publish(tx, [day for day in batch if _given(day, closed)], now)
            facts = [
                AgendaPublished(agenda_id=day.agenda_id, unit=day.template.unit, date=day.date)
                for day in fresh
            ]
            rows = [outbox.row(fact, sequence=1, now=now) for fact in facts]
            await outbox.add_rows(tx, rows, lane=1)
        published += len(fresh)
    return published


def _given(day: AgendaDay, closed: Closures) -> bool:
    return not closed.why(day.date, day.template.unit, day.template.doctor_id)


def _days(
    templates: list[Template],
    first: date,
    last: date,
    zone_of: Callable[[str], ZoneInfo],
    is_holiday: Callable[[date], bool],
    *,
    closed: Closures,
) -> Iterator[AgendaDay]:
    weeks = [list(week) for _, week in groupby(templates, lambda one: (one.doctor_id, one.service))]
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if is_holiday(day):
            continue
        for week in weeks:
            one = week[0]
            if closed.why(day, one.unit, one.doctor_id):
                continue
            planned = day_of(week, day, zone_of(one.unit))
            if planned.slots:
                whole = replace(one, web_quota=planned.web_quota)
                slots = [(uuid7(), *slot) for slot in planned.slots]
                yield AgendaDay(uuid7(), whole, day, slots)
