"""Holidays and absences (R-31, R-32): what is published in them is closed at once, then emptied."""

import asyncio
from datetime import date, time, timedelta
from uuid import UUID

import orjson
import pytest
from builders.agendas import (
    ADMINISTRATOR,
    HORIZON,
    a_range,
    assert_counted,
    block,
    booked,
    events,
    finish,
    publish,
    snapshot,
    staff_key,
)
from builders.scheduling import MONDAY, NOW, OTHER_UNIT, UNIT, World

from scheduling.repository.withdrawals import Mode
from scheduling.usecases.close_days import (
    Absence,
    Holiday,
    declare_absence,
    declare_holiday,
    preview_absence,
    preview_holiday,
)
from scheduling.usecases.finish_withdrawals import finish_withdrawals
from scheduling.usecases.put_week import put_week
from shared.errors import DomainError
from shared.ids import uuid7

TUESDAY = MONDAY + timedelta(days=1)


def an_absence(doctor_id: UUID, mode: Mode = "move", days: int = 2) -> Absence:
    return Absence(doctor_id, MONDAY, MONDAY + timedelta(days=days - 1), "Cirugía propia", mode)


async def absent(world: World, absence: Absence, key: str | None = None) -> bytes:
    return await declare_absence(
        world.database, staff_key("absences", key), ADMINISTRATOR, absence, now=NOW
    )


async def holiday(world: World, wanted: Holiday, key: str | None = None) -> bytes:
    return await declare_holiday(
        world.database, staff_key("holidays", key), ADMINISTRATOR, wanted, now=NOW
    )


async def test_r_32_an_absence_moves_its_days_to_a_colleague_and_its_reason_stays_inside(
    world: World,
) -> None:
    days = [
        await world.day(slots=2),
        await world.day(day=TUESDAY, slots=2, opens=time(10)),
    ]
    doctor_id = days[0].doctor_id
    second = await world.day(day=TUESDAY, slots=2, doctor_id=doctor_id)
    colleague = days[1]
    await booked(world, days[0], 0)
    await booked(world, second, 0)

    answer = orjson.loads(await absent(world, an_absence(doctor_id)))

    assert [(one["date"], one["booked"]) for one in answer["days"]] == [
        ("2031-03-03", 1),
        ("2031-03-04", 1),
    ]
    assert (answer["affected"], answer["mode"]) == (2, "move")
    with pytest.raises(DomainError, match="slot-unavailable"):
        await world.book(await world.family(), days[0].slots[1])
    assert await finish(world) == 2
    on = "SELECT count(*) FROM appointments WHERE agenda_id = $1 AND state = 'booked'"
    assert await world.value(on, colleague.agenda_id) == 2
    moved = await events(world, "scheduling.appointment.moved")
    assert [fact["reason"] for fact in moved] == ["absence", "absence"]
    assert await world.value("SELECT count(*) FROM outbox WHERE body LIKE '%irug%'") == 0
    assert len(await events(world, "scheduling.agenda.withdrawn")) == 2
    await assert_counted(world)


async def test_an_absence_repeated_with_its_key_is_one(world: World) -> None:
    day = await world.day()

    first = await absent(world, an_absence(day.doctor_id), "una")

    assert await absent(world, an_absence(day.doctor_id), "una") == first
    assert await world.value("SELECT count(*) FROM absences") == 1
    with pytest.raises(DomainError, match="not-found"):
        await absent(world, an_absence(uuid7()))


async def test_r_32_a_holiday_of_a_unit_cancels_what_is_booked_there_alone(world: World) -> None:
    here, there = await world.day(), await world.day(unit=OTHER_UNIT)
    await booked(world, here, 0)
    elsewhere = await world.family(unit=OTHER_UNIT)
    await booked(world, there, 0, elsewhere)

    answer = orjson.loads(await holiday(world, Holiday(MONDAY, "Aniversario", UNIT, "cancel")))
    again = orjson.loads(await holiday(world, Holiday(MONDAY, "Aniversario", UNIT, "cancel")))
    await finish(world)

    assert [one["agenda_id"] for one in answer["days"]] == [str(here.agenda_id)]
    assert (again["id"], again["days"]) == (answer["id"], [])
    states = "SELECT array_agg(unit || state ORDER BY state) FROM appointments"
    assert await world.value(states) == [f"{OTHER_UNIT}booked", f"{UNIT}cancelled"]
    (fact,) = await events(world, "scheduling.appointment.cancelled")
    assert (fact["by"], fact["reason"]) == ("institute", "holiday")
    await assert_counted(world)


async def test_a_holiday_without_a_unit_is_everywhere_and_keeps_days_unpublished(
    world: World,
) -> None:
    day, _ = await world.day(), await world.day(unit=OTHER_UNIT)
    week = [block(day.doctor_id)]
    await put_week(world.database, ADMINISTRATOR, day.doctor_id, week, now=NOW)

    answer = orjson.loads(await holiday(world, Holiday(TUESDAY, "Duelo", None, "move")))
    closed = orjson.loads(await holiday(world, Holiday(MONDAY, "Duelo", None, "move")))

    assert (answer["days"], len(closed["days"])) == ([], 2)
    done = await publish(world, a_range(day.doctor_id, MONDAY, 2))
    assert [one["why"] for one in done] == ["withdrawn", "holiday"]


async def test_previews_of_holidays_and_absences_change_no_row(world: World) -> None:
    day = await world.day()
    await booked(world, day, 0)
    before = await snapshot(world)
    wanted = Holiday(MONDAY, "Aniversario", None, "move")

    one = await preview_holiday(world.database, ADMINISTRATOR, wanted, now=NOW)
    other = await preview_absence(world.database, ADMINISTRATOR, an_absence(day.doctor_id), now=NOW)

    assert await snapshot(world) == before
    for shown in (orjson.loads(one), orjson.loads(other)):
        assert (shown["id"], shown["preview"], shown["affected"]) == (None, True, 1)
    done = orjson.loads(await absent(world, an_absence(day.doctor_id)))
    assert done["days"] == orjson.loads(other)["days"]


async def test_two_replicas_finish_each_day_once(world: World) -> None:
    day, _ = await world.day(slots=4), await world.day(day=TUESDAY + timedelta(days=1))
    for place in range(4):
        await booked(world, day, place)
    await absent(world, an_absence(day.doctor_id))

    await asyncio.gather(*(finish(world) for _ in range(4)))

    assert len(await events(world, "scheduling.appointment.moved")) == 4
    assert len(await events(world, "scheduling.agenda.withdrawn")) == 1
    await assert_counted(world)


async def test_a_day_that_fails_stays_closed_and_holds_up_no_other(world: World) -> None:
    days = [await world.day(slots=2), await world.day(slots=2)]
    colleague = await world.day(day=TUESDAY, slots=4)
    for day in days:
        await booked(world, day, 0)
        await absent(world, an_absence(day.doctor_id, days=1))
    asked: list[date] = []

    def horizon_on(day: date) -> int:
        asked.append(day)
        if len(asked) == 1:
            raise LookupError(day)
        return HORIZON

    assert await finish_withdrawals(world.database, horizon_on=horizon_on, now=NOW) == 2

    moved = "SELECT count(*) FROM appointments WHERE agenda_id = $1 AND state = 'booked'"
    assert await world.value(moved, colleague.agenda_id) == 1
    with pytest.raises(DomainError, match="slot-unavailable"):
        await world.book(await world.family(), days[0].slots[1])
    assert await finish(world) == 1
    assert await world.value(moved, colleague.agenda_id) == 2
