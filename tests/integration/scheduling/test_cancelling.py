"""Cancelling (R-27 to R-29) on a real database: the preview and the act agree to the second."""

import json
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from builders.scheduling import MONDAY, NOW, Family, World, a_key, local, outcomes

from scheduling.queries import appointments as reading
from scheduling.usecases.cancel_appointment import cancel_appointment
from shared.errors import DomainError


async def booked(world: World, family: Family, **day: Any) -> tuple[UUID, datetime]:
    made = await world.day(**day)
    now = min(NOW, made.starts[0] - timedelta(days=1))
    answer = json.loads(await world.book(family, made.slots[0], now=now))
    return UUID(answer["id"]), made.starts[0]


async def cancel(
    world: World, family: Family, appointment_id: UUID, now: datetime, key: str | None = None
) -> bytes:
    operation = f"POST /v1/appointments/{appointment_id}/cancellation"
    return await cancel_appointment(
        world.database,
        a_key(family, operation, key=key),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=now,
    )


async def preview(world: World, family: Family, appointment_id: UUID, now: datetime) -> Any:
    async with world.database.connection() as connection:
        text = await reading.one(
            connection, appointment_id=appointment_id, family_id=family.family_id, now=now
        )
    return json.loads(text)["cancellation"]


async def test_r_27_cancelling_is_allowed_until_exactly_fifteen_minutes_before(
    world: World,
) -> None:
    family = await world.family()
    appointment, starts_at = await booked(world, family)
    last = starts_at - timedelta(minutes=15)

    assert (await preview(world, family, appointment, last))["allowed"]
    assert not (await preview(world, family, appointment, last + timedelta(seconds=1)))["allowed"]
    with pytest.raises(DomainError, match="too-late-to-cancel"):
        await cancel(world, family, appointment, last + timedelta(seconds=1))
    assert json.loads(await cancel(world, family, appointment, last))["state"] == "cancelled"


async def test_r_27_a_cancelled_slot_and_its_quota_are_free_again(world: World) -> None:
    family, other = await world.family(), await world.family()
    day = await world.day(quota=1)
    appointment = UUID(json.loads(await world.book(family, day.slots[0]))["id"])

    answer = json.loads(await cancel(world, family, appointment, NOW))

    assert (answer["state"], answer["version"], "sanction" in answer) == ("cancelled", 2, False)
    await world.book(other, day.slots[0])
    counters = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(counters, day.agenda_id) == "(1,1)"


async def test_r_27_cancelling_is_irreversible_and_told_so(world: World) -> None:
    family = await world.family()
    appointment, _ = await booked(world, family)
    first = await cancel(world, family, appointment, NOW, key="one")

    assert await cancel(world, family, appointment, NOW, key="one") == first
    with pytest.raises(DomainError, match="already-cancelled"):
        await cancel(world, family, appointment, NOW)


async def test_an_appointment_of_another_family_is_not_found(world: World) -> None:
    family, other = await world.family(), await world.family()
    appointment, _ = await booked(world, family)

    with pytest.raises(DomainError, match="not-found"):
        await cancel(world, other, appointment, NOW)
    with pytest.raises(DomainError, match="not-found"):
        await preview(world, other, appointment, NOW)


async def test_r_28_exactly_six_hours_before_is_free_and_a_second_later_sanctions(
    world: World,
) -> None:
    free, late = await world.family(), await world.family()
    on_time, starts_at = await booked(world, free)
    too_late, _ = await booked(world, late, opens=time(8))
    six = starts_at - timedelta(hours=6)

    before = await preview(world, late, too_late, six + timedelta(seconds=1))
    first = json.loads(await cancel(world, free, on_time, six))
    second = json.loads(await cancel(world, late, too_late, six + timedelta(seconds=1)))

    assert "sanction" not in first
    assert second["sanction"]["rule"] == before["rule"] == "late"
    assert before["would_sanction"]
    assert second["sanction"]["until"] == before["sanction_until"]


async def test_r_28_a_sanction_ends_at_the_same_clock_time_thirty_days_later(world: World) -> None:
    family = await world.family()
    # The clock is set forward on the ninth of March, within these thirty days.
    appointment, starts_at = await booked(world, family)
    now = starts_at - timedelta(hours=1)

    answer = json.loads(await cancel(world, family, appointment, now))

    assert now == local(MONDAY, 7)
    assert answer["sanction"]["until"] == "2031-04-02T07:00:00-07:00"


async def test_r_28_the_third_cancellation_of_an_iso_week_sanctions(world: World) -> None:
    family = await world.family()
    monday = local(MONDAY, 0)
    kept = []
    for offset in range(3):
        appointment, _ = await booked(world, family, day=MONDAY + timedelta(days=9 + offset))
        kept.append(appointment)

    last_week = json.loads(await cancel(world, family, kept[0], monday - timedelta(seconds=1)))
    first = json.loads(await cancel(world, family, kept[1], monday))
    counted = await preview(world, family, kept[2], monday)
    second = json.loads(await cancel(world, family, kept[2], monday))
    again, _ = await booked(world, family, day=MONDAY + timedelta(days=20))
    shown = await preview(world, family, again, monday)
    third = json.loads(await cancel(world, family, again, monday))

    assert all("sanction" not in answer for answer in (last_week, first, second))
    assert (counted["cancelled_this_week"], counted["would_sanction"]) == (1, False)
    assert (shown["cancelled_this_week"], shown["rule"]) == (2, "weekly")
    assert third["sanction"]["rule"] == "weekly"


async def test_r_28_two_third_cancellations_at_once_sanction_once_each_in_turn(
    world: World,
) -> None:
    family = await world.family(size=4)
    made = []
    for place in range(4):
        day = await world.day(day=MONDAY + timedelta(days=8), opens=time(8 + 2 * place))
        answer = await world.book(family, day.slots[0], member_id=family.members[place])
        made.append(UUID(json.loads(answer)["id"]))

    ended = await outcomes([lambda a=a: cancel(world, family, a, NOW) for a in made])  # type: ignore[misc]

    assert ended == ["ok"] * 4
    # The third and every later one of that week: two of four.
    assert await world.value("SELECT count(*) FROM sanctions") == 2
    events = "SELECT count(*) FROM outbox WHERE routing_key = 'scheduling.sanction.imposed'"
    assert await world.value(events) == 2


async def test_cancel_against_cancel_frees_the_slot_once(world: World) -> None:
    family = await world.family()
    day = await world.day()
    appointment = UUID(json.loads(await world.book(family, day.slots[0]))["id"])

    ended = await outcomes([lambda: cancel(world, family, appointment, NOW) for _ in range(20)])

    assert ended.count("ok") == 1
    assert ended.count("already-cancelled") == 19
    counters = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(counters, day.agenda_id) == "(0,0)"
    cancelled = "SELECT count(*) FROM outbox WHERE routing_key = 'scheduling.appointment.cancelled'"
    assert await world.value(cancelled) == 1
