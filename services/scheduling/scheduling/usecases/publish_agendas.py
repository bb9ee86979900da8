"""Publish agendas (R-31): every doctor's week becomes days and slots; repeating is harmless."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from scheduling.domain.agenda import Template, slots_of
from scheduling.repository import agendas
from scheduling.repository.agendas import AgendaDay
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
    wanted = (
        day
        for day in _days(templates, first, last, zone_of, is_holiday)
        if (day.template.doctor_id, day.template.service, day.date) not in standing
    )
    published = 0
    while batch := list(islice(wanted, BATCH)):
        async with database.transaction() as tx:
            fresh = await agendas.publish(tx, batch, now)
            facts = [
                AgendaPublished(agenda_id=day.agenda_id, unit=day.template.unit, date=day.date)
                for day in fresh
            ]
            rows = [outbox.row(fact, sequence=1, now=now) for fact in facts]
            await outbox.add_rows(tx, rows, lane=1)
        published += len(fresh)
    return published


def _days(
    templates: list[Template],
    first: date,
    last: date,
    zone_of: Callable[[str], ZoneInfo],
    is_holiday: Callable[[date], bool],
) -> Iterator[AgendaDay]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if is_holiday(day):
            continue
        for template in templates:
            slots = slots_of(template, day, zone_of(template.unit))
            if slots:
                yield AgendaDay(uuid7(), template, day, [(uuid7(), *slot) for slot in slots])
