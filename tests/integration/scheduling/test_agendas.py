"""Publishing agendas (R-31) and showing them (R-21, R-24) on a real database."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from builders.scheduling import GENERAL, MONDAY, NOW, UNIT, Family, World, local

from scheduling.domain.agenda import Template
from scheduling.queries import availability, members
from scheduling.repository.agendas import Doctor
from scheduling.usecases.load_agendas import load_agendas
from scheduling.usecases.publish_agendas import publish_agendas
from shared.ids import uuid7

HOLIDAY = MONDAY + timedelta(days=2)


async def published(world: World, first: date = MONDAY, days: int = 7) -> int:
    return await publish_agendas(
        world.database,
        first=first,
        last=first + timedelta(days=days - 1),
        zone_of=lambda _: ZoneInfo("America/Tijuana"),
        is_holiday=lambda day: day == HOLIDAY,
        now=NOW,
    )


async def loaded(world: World) -> Template:
    doctor = Doctor(uuid7(), "Dr. Ejemplo Demostración", UNIT, "morning")
    template = Template(
        doctor_id=doctor.doctor_id,
        service=GENERAL,
        unit=UNIT,
        weekdays=(1, 2, 3, 4, 5),
        opens=time(7),
        closes=time(13),
        slot_minutes=20,
        web_quota=12,
    )
    assert await load_agendas(world.database, [doctor], [template], now=NOW) == 1
    assert await load_agendas(world.database, [doctor], [template], now=NOW) == 0
    return template


async def shown(world: World, family: Family, *, first: date = MONDAY) -> list[tuple[str, int]]:
    async with world.database.connection() as connection:
        scope = await members.scope(
            connection, family_id=family.family_id, member_id=family.holder, now=NOW
        )
        found = await availability.availability(
            connection, scope, GENERAL, doctor=None, first=first, last=first
        )
    return [(day.state, day.web_places_left) for day in found.days]


async def test_r_31_a_week_is_published_but_for_holidays_and_publishing_again_is_harmless(
    world: World,
) -> None:
    await loaded(world)

    assert await published(world) == 4
    assert await published(world) == 0

    assert await world.value("SELECT count(*) FROM slots") == 4 * 18
    events = "SELECT count(*) FROM outbox WHERE routing_key = 'scheduling.agenda.published'"
    assert await world.value(events) == 4
    described = "SELECT count(*) FROM outbox WHERE routing_key = 'scheduling.doctor.described'"
    assert await world.value(described) == 1


async def test_r_31_publishing_again_leaves_what_is_booked(world: World) -> None:
    await loaded(world)
    await published(world)
    family = await world.family()
    slot = await world.value("SELECT slot_id FROM slots ORDER BY starts_at LIMIT 1")

    await world.book(family, slot)  # type: ignore[arg-type]  # a uuid
    await published(world, days=14)

    assert await world.value("SELECT sum(taken) FROM agenda_days") == 1


async def test_r_24_a_day_tells_open_quota_exhausted_and_full_apart(world: World) -> None:
    families = [await world.family() for _ in range(4)]
    day = await world.day(slots=3, quota=1)

    assert await shown(world, families[0]) == [("open", 1)]
    await world.book(families[0], day.slots[0])
    assert await shown(world, families[0]) == [("web_quota_exhausted", 0)]
    await world.book(families[1], day.slots[1], channel="desk")
    await world.book(families[2], day.slots[2], channel="desk")
    assert await shown(world, families[0]) == [("full", 0)]


async def test_r_24_a_day_without_quota_and_without_slots_is_full(world: World) -> None:
    family = await world.family()
    day = await world.day(slots=1, quota=0)
    await world.book(family, day.slots[0], channel="desk")

    assert await shown(world, family) == [("full", 0)]


async def test_r_25_today_shows_only_what_can_still_be_booked(world: World) -> None:
    family = await world.family()
    await world.day(slots=6, minutes=20)
    now = local(MONDAY, 8, 25)
    async with world.database.connection() as connection:
        scope = await members.scope(
            connection, family_id=family.family_id, member_id=family.holder, now=now
        )
        days = await availability.availability(
            connection, scope, GENERAL, doctor=None, first=MONDAY, last=MONDAY
        )
        slots = await availability.slots(connection, scope, GENERAL, day=MONDAY, doctor=None)

    assert [day.web_places_left for day in days.days] == [3]
    assert [slot.starts_at for slot in slots.items] == [
        local(MONDAY, 9, 0),
        local(MONDAY, 9, 20),
        local(MONDAY, 9, 40),
    ]


async def test_r_21_the_first_free_slot_is_the_earliest_that_the_web_may_take(
    world: World,
) -> None:
    family, other = await world.family(), await world.family()
    exhausted = await world.day(slots=3, quota=1)
    await world.book(other, exhausted.slots[1])
    later = await world.day(slots=3, opens=time(9))
    async with world.database.connection() as connection:
        scope = await members.scope(
            connection, family_id=family.family_id, member_id=family.holder, now=NOW
        )
        first = await availability.first_slot(connection, scope, GENERAL)

    assert [item.id for item in first.items] == [later.slots[0]]


async def test_r_22_services_say_whether_they_can_be_booked_and_why_not(world: World) -> None:
    family = await world.family()
    async with world.database.connection() as connection:
        scope = await members.scope(
            connection, family_id=family.family_id, member_id=family.holder, now=NOW
        )
        found = await members.services(connection, scope, family_id=family.family_id, now=NOW)
    by_code = {item.code: item for item in found.items}

    assert (by_code[GENERAL].bookable, by_code[GENERAL].reason) == (True, None)
    assert by_code["ginecologia"].reason == "referral-required"
