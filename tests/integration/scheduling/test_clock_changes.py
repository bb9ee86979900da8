"""Every minute of the days on which clocks change, 2026 to 2028, through parse, store and show.

The days are the United States', which Tijuana keeps; Guayaquil, which changes no clock, has the
same days as a control.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders.scheduling import GENERAL, NOW, UNIT, Family, World
from pydantic import TypeAdapter

from scheduling.domain.agenda import Template
from scheduling.models import BookedAppointment
from scheduling.queries import availability, members
from scheduling.repository import agendas
from scheduling.repository.agendas import AgendaDay, Doctor
from shared.clock import NoSuchLocalTime, at_local, local_day
from shared.contracts.event import Instant
from shared.ids import uuid7

FORWARD = (date(2026, 3, 8), date(2027, 3, 14), date(2028, 3, 12))
BACK = (date(2026, 11, 1), date(2027, 11, 7), date(2028, 11, 5))
TIJUANA, GUAYAQUIL = ZoneInfo("America/Tijuana"), ZoneInfo("America/Guayaquil")
DAYS = [(zone, day) for zone in (TIJUANA, GUAYAQUIL) for day in (*FORWARD, *BACK)]
WALLS = [time(hour, minute) for hour in range(24) for minute in range(60)]
MINUTE = timedelta(minutes=1)

_instant: TypeAdapter[datetime] = TypeAdapter(Instant)


def parsed(day: date, zone: ZoneInfo) -> dict[time, datetime]:
    """The instant of every wall minute that exists, the first of two where it comes twice."""
    found = {}
    for wall in WALLS:
        try:
            found[wall] = at_local(day, wall, zone)
        except NoSuchLocalTime:
            continue
    return found


def elapsed(day: date, zone: ZoneInfo) -> list[datetime]:
    """Every minute that passes on that day, as UTC instants: 1380, 1440 or 1500 of them."""
    starts = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
    return [starts + MINUTE * passed for passed in range((ends - starts) // MINUTE)]


def lengths(zone: ZoneInfo, day: date) -> tuple[int, int]:
    """How many minutes pass, and how many wall minutes there are."""
    if zone is TIJUANA and day in FORWARD:
        return 23 * 60, 23 * 60
    return (25 * 60 if zone is TIJUANA and day in BACK else 24 * 60), 24 * 60


@pytest.mark.parametrize(("zone", "day"), DAYS, ids=str)
def test_a_wall_minute_is_one_instant_or_none(zone: ZoneInfo, day: date) -> None:
    minutes, walls = parsed(day, zone), lengths(zone, day)[1]

    assert len(minutes) == walls
    assert all(at.astimezone(zone).time() == wall for wall, at in minutes.items())
    assert all(at.astimezone(zone).fold == 0 for at in minutes.values())
    assert set(WALLS) - set(minutes) == (
        {wall for wall in WALLS if wall.hour == 2} if walls < len(WALLS) else set()
    )


async def unit_in(world: World, zone: ZoneInfo) -> Family:
    """The test's unit lies in the zone; a family belongs to it."""
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE units SET zone = $1", zone.key)
        await tx.execute("UPDATE policies SET horizon_days = 3650")
    return await world.family()


async def stored(world: World, day: date, starts: list[datetime]) -> Doctor:
    """A published day with a slot of a minute at each start."""
    doctor = Doctor(uuid7(), "Dra. Ejemplo Demostración", UNIT, "morning")
    template = Template(doctor.doctor_id, GENERAL, UNIT, (7,), time(0), time(23), 5, len(starts))
    slots = [(uuid7(), start, start + MINUTE) for start in starts]
    async with world.database.transaction() as tx:
        await agendas.put_doctor(tx, doctor)
        await agendas.publish(tx, [AgendaDay(uuid7(), template, day, slots)], NOW)
    return doctor


@pytest.mark.parametrize(("zone", "day"), DAYS, ids=str)
async def test_every_minute_that_passes_is_stored_and_shown_as_it_was_parsed(
    world: World, zone: ZoneInfo, day: date
) -> None:
    family = await unit_in(world, zone)
    starts = elapsed(day, zone)
    doctor = await stored(world, day, starts)

    now = starts[0] - timedelta(days=1)
    async with world.database.connection() as connection:
        scope = await members.scope(
            connection, family_id=family.family_id, member_id=family.holder, now=now
        )
        found = await availability.slots(
            connection, scope, GENERAL, day=day, doctor=doctor.doctor_id
        )
        rows = await connection.fetch(
            "SELECT starts_at, rfc3339_in(starts_at, $1) AS shown,"
            " (starts_at AT TIME ZONE $1)::date AS day FROM slots ORDER BY starts_at",
            zone.key,
        )

    assert len(starts) == lengths(zone, day)[0]
    # By the API's reader: the offset tells the two passes of an hour apart.
    shown = [item.model_dump(mode="json")["starts_at"] for item in found.items]
    assert [_instant.validate_json(f'"{text}"') for text in shown] == starts
    assert len(set(shown)) == len(starts)
    assert {item.starts_at.date() for item in found.items} == {day}
    # By SQL, as answers are rendered: the same text, the same day.
    assert [row["shown"] for row in rows] == shown
    assert [row["starts_at"] for row in rows] == starts
    assert {row["day"] for row in rows} == {day} == {local_day(start, zone) for start in starts}


@pytest.mark.parametrize(("zone", "day"), DAYS, ids=str)
async def test_an_appointment_of_a_minute_around_the_change_is_shown_with_its_offset(
    world: World, zone: ZoneInfo, day: date
) -> None:
    family = await unit_in(world, zone)
    starts = [start for start in elapsed(day, zone) if start.minute in {0, 59}]
    starts = [start for start in starts if start.astimezone(zone).hour < 4]
    await stored(world, day, starts)
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE policies SET max_active = 99, max_per_day = 99")
        await tx.execute("UPDATE policies SET max_per_7_days = 99, max_per_30_days = 99")
        ids = await tx.fetch("SELECT slot_id FROM slots ORDER BY starts_at")

    shown = []
    for row in ids:
        answer = await world.book(family, row["slot_id"], now=starts[0] - timedelta(days=1))
        shown.append(BookedAppointment.model_validate_json(answer).starts_at)

    assert shown == starts
    assert [at.utcoffset() for at in shown] == [
        start.astimezone(zone).utcoffset() for start in starts
    ]
    assert [at.replace(tzinfo=None) for at in shown] == [
        start.astimezone(zone).replace(tzinfo=None, fold=0) for start in starts
    ]
