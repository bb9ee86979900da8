"""Publishing a doctor's days and publishing them again (R-31): booked slots stay, ever."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from builders.agendas import (
    ADMINISTRATOR,
    a_range,
    assert_counted,
    block,
    booked,
    events,
    publish,
    snapshot,
    withdraw,
)
from builders.scheduling import (
    GENERAL,
    MONDAY,
    NOW,
    UNIT,
    ZONE,
    DoctorDay,
    Family,
    World,
    a_key,
    local,
    outcomes,
)

from scheduling.domain.agenda import Template
from scheduling.repository import agendas, closures
from scheduling.repository.agendas import Doctor
from scheduling.usecases.cancel_appointment import cancel_appointment
from scheduling.usecases.publish_agendas import publish_agendas
from scheduling.usecases.publish_range import preview_publication
from scheduling.usecases.put_week import put_week
from shared.errors import DomainError
from shared.ids import uuid7


async def a_doctor(world: World, *blocks: dict[str, Any]) -> UUID:
    doctor_id = uuid7()
    async with world.database.transaction() as tx:
        doctor = Doctor(doctor_id, "Dra. Ejemplo Demostración", UNIT, "morning")
        await agendas.put_doctor(tx, doctor)
    await set_week(world, doctor_id, *(blocks or ({},)))
    return doctor_id


async def set_week(world: World, doctor_id: UUID, *blocks: dict[str, Any]) -> None:
    week: list[Template] = [block(doctor_id, **changes) for changes in blocks]
    await put_week(world.database, ADMINISTRATOR, doctor_id, week, now=NOW)


async def day_of(world: World, doctor_id: UUID, day: date = MONDAY) -> DoctorDay:
    """The published day, with its slots by time."""
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT agenda_id, slot_id, starts_at FROM slots"
            " WHERE doctor_id = $1 AND date = $2 ORDER BY starts_at",
            doctor_id,
            day,
        )
    ids, starts = [row["slot_id"] for row in rows], [row["starts_at"] for row in rows]
    return DoctorDay(rows[0]["agenda_id"], doctor_id, day, ids, starts)


async def cancel(world: World, family: Family, appointment_id: UUID) -> bytes:
    return await cancel_appointment(
        world.database,
        a_key(family, f"POST /v1/appointments/{appointment_id}/cancellation"),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=NOW,
    )


def results(days: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(day["result"], day["why"]) for day in days]


async def test_r_31_a_range_is_published_but_for_holidays_absences_and_days_without_hours(
    world: World,
) -> None:
    doctor_id = await a_doctor(world)
    async with world.database.transaction() as tx:
        await closures.declare_absence(
            tx,
            uuid7(),
            doctor_id=doctor_id,
            first=MONDAY + timedelta(days=2),
            last=MONDAY + timedelta(days=2),
            reason="Congreso",
            by=uuid7(),
            now=NOW,
        )
        await closures.declare_holiday(
            tx,
            uuid7(),
            day=MONDAY + timedelta(days=3),
            unit=UNIT,
            name="Aniversario",
            by=uuid7(),
            now=NOW,
        )
    holidays = {MONDAY + timedelta(days=1): "Oficial"}

    days = await publish(world, a_range(doctor_id, MONDAY, 6, holidays=holidays))

    assert results(days) == [
        ("published", None),
        ("skipped", "holiday"),
        ("skipped", "absence"),
        ("skipped", "holiday"),
        ("published", None),
        ("skipped", "no-hours"),
    ]
    assert [day["added"] for day in days] == [6, 0, 0, 0, 6, 0]
    told = await events(world, "scheduling.agenda.published")
    assert [fact["date"] for fact in told] == ["2031-03-03", "2031-03-07"]
    await assert_counted(world)


async def test_r_31_publishing_again_is_harmless(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY, 5))
    await booked(world, await day_of(world, doctor_id), 0)
    ignored = ("audit", "idempotency_keys")
    before = await snapshot(world, but=ignored)

    days = await publish(world, a_range(doctor_id, MONDAY, 5))

    assert results(days) == [("unchanged", None)] * 5
    assert await snapshot(world, but=ignored) == before


async def test_publishing_at_once_makes_each_day_once(world: World) -> None:
    doctor_id = await a_doctor(world)

    async def act() -> bytes:
        return orjson.dumps(await publish(world, a_range(doctor_id, MONDAY, 5)))

    assert await outcomes([act] * 4) == ["ok"] * 4
    assert await world.value("SELECT count(*) FROM slots") == 30
    assert len(await events(world, "scheduling.agenda.published")) == 5
    await assert_counted(world)


async def test_r_31_shorter_hours_take_free_slots_and_name_the_booked_ones_outside(
    world: World,
) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    day = await day_of(world, doctor_id)
    inside, outside = await booked(world, day, 0), await booked(world, day, 5)
    await set_week(world, doctor_id, {"closes": time(9)})

    (done,) = await publish(world, a_range(doctor_id, MONDAY))

    assert (done["result"], done["added"], done["removed"]) == ("changed", 0, 2)
    assert [one["id"] for one in done["outside"]] == [str(outside)]
    assert done["outside"][0]["starts_at"] == "2031-03-03T09:40:00-08:00"
    states = "SELECT array_agg(DISTINCT state || version) FROM appointments"
    assert await world.value(states) == ["booked1"]
    assert await world.value("SELECT places FROM agenda_days") == 4
    assert inside != outside
    await assert_counted(world)


async def test_a_slot_outside_the_hours_is_nobodys_once_it_is_given_back(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    day, family = await day_of(world, doctor_id), await world.family()
    appointment = await booked(world, day, 5, family)
    await set_week(world, doctor_id, {"closes": time(9)})
    await publish(world, a_range(doctor_id, MONDAY))

    await cancel(world, family, appointment)

    with pytest.raises(DomainError, match="not-found"):
        await world.book(await world.family(), day.slots[5])
    row = "SELECT (places, taken)::text FROM agenda_days"
    assert await world.value(row) == "(3,0)"
    await assert_counted(world)


async def test_hours_that_come_back_take_the_booked_slot_in_again(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    day, family = await day_of(world, doctor_id), await world.family()
    appointment = await booked(world, day, 5, family)
    await set_week(world, doctor_id, {"closes": time(9)})
    await publish(world, a_range(doctor_id, MONDAY))
    await set_week(world, doctor_id, {})

    (done,) = await publish(world, a_range(doctor_id, MONDAY))
    await cancel(world, family, appointment)

    assert (done["result"], done["added"], done["outside"]) == ("changed", 2, [])
    await world.book(await world.family(), day.slots[5])
    await assert_counted(world)


async def test_a_slot_that_was_booked_once_and_cancelled_can_go(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    day, family = await day_of(world, doctor_id), await world.family()
    await cancel(world, family, await booked(world, day, 5, family))
    await set_week(world, doctor_id, {"closes": time(9)})

    (done,) = await publish(world, a_range(doctor_id, MONDAY))

    assert done["removed"] == 3
    assert await world.value("SELECT count(*) FROM appointments") == 1
    await assert_counted(world)


async def test_new_slots_never_overlap_with_what_stays(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    await booked(world, await day_of(world, doctor_id), 1)
    await set_week(world, doctor_id, {"slot_minutes": 30})

    (done,) = await publish(world, a_range(doctor_id, MONDAY))

    # 8:20 to 8:40 is booked: neither 8:00 nor 8:30 of the new half hours fits beside it.
    assert (done["added"], done["removed"]) == (2, 5)
    starts = "SELECT array_agg(starts_at ORDER BY starts_at) FROM slots"
    assert await world.value(starts) == [
        local(MONDAY, 8, 20),
        local(MONDAY, 9, 0),
        local(MONDAY, 9, 30),
    ]
    await assert_counted(world)


async def test_a_weekday_that_is_left_out_withdraws_the_day_and_taken_back_opens_it(
    world: World,
) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    await set_week(world, doctor_id, {"weekdays": (2,)})

    (gone,) = await publish(world, a_range(doctor_id, MONDAY))
    assert (gone["result"], gone["removed"]) == ("withdrawn", 6)
    assert len(await events(world, "scheduling.agenda.withdrawn")) == 1
    await set_week(world, doctor_id, {})
    (back,) = await publish(world, a_range(doctor_id, MONDAY))

    assert (back["result"], back["added"]) == ("changed", 6)
    assert await world.value("SELECT state FROM agenda_days") == "open"
    await booked(world, await day_of(world, doctor_id), 0)
    await assert_counted(world)


async def test_a_day_that_was_withdrawn_stays_withdrawn(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    await withdraw(world, await day_of(world, doctor_id), "cancel")

    days = await publish(world, a_range(doctor_id, MONDAY))

    assert results(days) == [("skipped", "withdrawn")]
    assert await world.value("SELECT state FROM agenda_days") == "withdrawn"


async def test_r_24_a_new_quota_is_never_below_what_is_used_nor_undoes_one_set_for_a_day(
    world: World,
) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY, 2))
    day = await day_of(world, doctor_id)
    for place in range(3):
        await booked(world, day, place)
    other = await day_of(world, doctor_id, MONDAY + timedelta(days=1))
    async with world.database.connection() as connection:
        await connection.execute(
            "UPDATE agenda_days SET web_quota = 5 WHERE agenda_id = $1", other.agenda_id
        )
    quotas = "SELECT array_agg(web_quota ORDER BY date) FROM agenda_days"

    await publish(world, a_range(doctor_id, MONDAY, 2))
    assert await world.value(quotas) == [3, 5]
    await set_week(world, doctor_id, {"web_quota": 1})
    await publish(world, a_range(doctor_id, MONDAY, 2))

    assert await world.value(quotas) == [3, 1]
    await assert_counted(world)


async def test_a_week_of_several_blocks_makes_one_day_of_each_service(world: World) -> None:
    doctor_id = await a_doctor(
        world,
        {"weekdays": (1,), "web_quota": 2},
        {"weekdays": (1, 2), "opens": time(16), "closes": time(17), "web_quota": 1},
        {"weekdays": (2,), "opens": time(8), "closes": time(9), "service": "odontologia"},
    )

    general = await publish(world, a_range(doctor_id, MONDAY, 2))
    dental = await publish(world, a_range(doctor_id, MONDAY, 2, service="odontologia"))

    assert [day["added"] for day in general] == [9, 3]
    assert results(dental) == [("skipped", "no-hours"), ("published", None)]
    quotas = "SELECT array_agg(web_quota ORDER BY date, service) FROM agenda_days"
    assert await world.value(quotas) == [3, 1, 3]
    await assert_counted(world)


async def test_the_command_publishes_weeks_of_several_blocks_and_skips_absences(
    world: World,
) -> None:
    doctor_id = await a_doctor(world, {}, {"opens": time(16), "closes": time(17)})
    async with world.database.transaction() as tx:
        await closures.declare_absence(
            tx,
            uuid7(),
            doctor_id=doctor_id,
            first=MONDAY,
            last=MONDAY,
            reason="Congreso",
            by=uuid7(),
            now=NOW,
        )

    published = await publish_agendas(
        world.database,
        first=MONDAY,
        last=MONDAY + timedelta(days=1),
        zone_of=lambda _: ZONE,
        is_holiday=lambda _: False,
        now=NOW,
    )

    assert published == 1
    assert await world.value("SELECT places FROM agenda_days") == 9
    days = await publish(world, a_range(doctor_id, MONDAY, 2))
    assert results(days) == [("skipped", "absence"), ("unchanged", None)]


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        # Two o'clock is skipped in March, one o'clock comes twice in November.
        (date(2031, 3, 9), [(1, 0), (1, 30), (3, 0), (3, 30)]),
        (date(2031, 11, 2), [(1, 0), (1, 30), (2, 0), (2, 30), (3, 0), (3, 30)]),
    ],
)
async def test_a_range_over_a_change_of_the_clock_keeps_wall_times(
    world: World, day: date, starts: list[tuple[int, int]]
) -> None:
    week = {
        "weekdays": (6, 7, 1), "opens": time(1), "closes": time(4), "slot_minutes": 30,
    }  # fmt: skip
    doctor_id = await a_doctor(world, week)
    first = day - timedelta(days=1)

    days = await publish(world, a_range(doctor_id, first, 3))
    again = await publish(world, a_range(doctor_id, first, 3))

    assert [one["added"] for one in days] == [6, len(starts), 6]
    assert results(again) == [("unchanged", None)] * 3
    found = await day_of(world, doctor_id, day)
    assert found.starts == [local(day, hour, minute) for hour, minute in starts]
    await assert_counted(world)


async def test_what_has_begun_today_is_left_and_what_is_over_is_not_published(
    world: World,
) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    await set_week(world, doctor_id, {"opens": time(9)})

    days = await publish(
        world, a_range(doctor_id, MONDAY - timedelta(days=3), 4), now=local(MONDAY, 8, 30)
    )

    assert results(days[:3]) == [("skipped", "past")] * 3
    # 8:00 and 8:20 have begun; 8:40 goes.
    assert (days[3]["removed"], days[3]["added"]) == (1, 0)
    await assert_counted(world)


async def test_a_preview_changes_no_row_and_tells_what_publishing_then_does(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))
    await booked(world, await day_of(world, doctor_id), 5)
    await set_week(world, doctor_id, {"closes": time(9)})
    wanted = a_range(doctor_id, MONDAY, 7)
    before = await snapshot(world)

    shown = orjson.loads(await preview_publication(world.database, ADMINISTRATOR, wanted, now=NOW))

    assert await snapshot(world) == before
    done = await publish(world, wanted)
    fresh = {"agenda_id": None}
    assert [one | fresh for one in shown["days"]] == [one | fresh for one in done]


async def test_an_unknown_doctor_is_not_found(world: World) -> None:
    with pytest.raises(DomainError, match="not-found"):
        await publish(world, a_range(uuid7(), MONDAY))


async def test_shorter_hours_against_booking_lose_no_appointment_and_no_slot(
    world: World,
) -> None:
    doctor_id = await a_doctor(world, {"web_quota": 6})
    await publish(world, a_range(doctor_id, MONDAY))
    day = await day_of(world, doctor_id)
    families = [await world.family() for _ in range(12)]
    await set_week(world, doctor_id, {"opens": time(9), "web_quota": 6})

    async def shorten() -> bytes:
        return orjson.dumps(await publish(world, a_range(doctor_id, MONDAY)))

    ended = await outcomes(
        [
            *(lambda n=n: world.book(families[n], day.slots[n % 6]) for n in range(6)),
            shorten,
            *(lambda n=n: world.book(families[n], day.slots[n % 6]) for n in range(6, 12)),
        ]
    )

    assert set(ended) <= {"ok", "slot-taken", "slot-unavailable", "not-found"}
    assert ended[6] == "ok"
    await assert_counted(world)
    live = await world.value("SELECT count(*) FROM appointments WHERE state = 'booked'")
    assert live == ended.count("ok") - 1


async def test_shorter_hours_against_cancelling_leave_no_slot_outside_them(world: World) -> None:
    doctor_id = await a_doctor(world, {"web_quota": 6})
    await publish(world, a_range(doctor_id, MONDAY))
    day = await day_of(world, doctor_id)
    families = [await world.family() for _ in range(6)]
    made = [await booked(world, day, n, families[n]) for n in range(6)]
    await set_week(world, doctor_id, {"opens": time(9), "web_quota": 6})

    async def shorten() -> bytes:
        return orjson.dumps(await publish(world, a_range(doctor_id, MONDAY)))

    ended = await outcomes(
        [*(lambda n=n: cancel(world, families[n], made[n]) for n in range(6)), shorten]
    )

    assert ended == ["ok"] * 7
    early = "SELECT count(*) FROM slots WHERE starts_at < $1"
    assert await world.value(early, local(MONDAY, 9)) == 0
    await assert_counted(world)


async def test_slots_are_instants_in_utc(world: World) -> None:
    doctor_id = await a_doctor(world)
    await publish(world, a_range(doctor_id, MONDAY))

    found = await day_of(world, doctor_id)

    assert found.starts[0] == datetime(2031, 3, 3, 16, tzinfo=UTC)
    assert await world.value("SELECT DISTINCT service FROM slots") == GENERAL
