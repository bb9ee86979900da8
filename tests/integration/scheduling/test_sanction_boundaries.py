"""What an instant decides of cancelling and sanctions, to the second (R-27 to R-29)."""

from datetime import date, datetime, time, timedelta

import pytest
from builders.scheduling import GENERAL, MONDAY, World, local
from builders.scheduling_api import Api
from builders.scheduling_moments import SECONDS, around, booked, cancelled, cancelling, ends


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "ok"), (0, "ok"), (1, "too-late-to-cancel")])
async def test_r_27_cancelling_ends_fifteen_minutes_before(
    world: World, api: Api, seconds: int, outcome: str
) -> None:
    family = await world.family()
    appointment = await booked(world, family)
    now = around(local(MONDAY, 7, 45), seconds)
    api.clock.set(now)

    shown = (await api.get(family, f"/v1/appointments/{appointment}")).body["cancellation"]

    assert shown["allowed"] is (outcome == "ok")
    assert shown["until"] == "2031-03-03T07:45:00-08:00"
    assert await cancelling(world, family, appointment, now) == outcome


@pytest.mark.parametrize(("seconds", "rule"), [(-1, None), (0, None), (1, "late")])
async def test_r_28_the_sanction_begins_within_six_hours_and_not_at_six_hours(
    world: World, api: Api, seconds: int, rule: str | None
) -> None:
    family = await world.family()
    appointment = await booked(world, family)
    now = around(local(MONDAY, 2), seconds)
    api.clock.set(now)

    shown = (await api.get(family, f"/v1/appointments/{appointment}")).body["cancellation"]
    answer = await cancelled(world, family, appointment, now)

    assert (shown["would_sanction"], shown["rule"]) == (rule is not None, rule)
    assert answer.get("sanction", {}).get("rule") == rule


@pytest.mark.parametrize("edge", [MONDAY, MONDAY + timedelta(days=7)], ids=["begins", "ends"])
@pytest.mark.parametrize("seconds", SECONDS)
async def test_r_28_the_iso_week_begins_and_ends_at_mondays_midnight_of_the_unit(
    world: World, api: Api, edge: date, seconds: int
) -> None:
    family = await world.family(size=3)
    made = [
        await booked(world, family, edge + timedelta(days=8 + place))
        for place in range(3)
    ]  # fmt: skip
    midnight = local(edge, 0)
    # Two in the week whose last second is before midnight, the third around it.
    for appointment in made[:2]:
        await cancelled(world, family, appointment, midnight - timedelta(seconds=2))
    api.clock.set(around(midnight, seconds))
    same_week = seconds < 0

    shown = (await api.get(family, f"/v1/appointments/{made[2]}")).body["cancellation"]
    answer = await cancelled(world, family, made[2], around(midnight, seconds))

    assert shown["cancelled_this_week"] == (2 if same_week else 0)
    assert ("sanction" in answer) is same_week
    assert shown["would_sanction"] is same_week


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "sanctioned"), (0, "ok"), (1, "ok")])
async def test_r_28_a_sanction_ends_at_its_instant(
    world: World, api: Api, seconds: int, outcome: str
) -> None:
    family = await world.family()
    late = await booked(world, family)
    answer = await cancelled(world, family, late, local(MONDAY, 7))
    until = datetime.fromisoformat(answer["sanction"]["until"])
    day = await world.day(day=MONDAY + timedelta(days=31), opens=time(12))
    now = around(until, seconds)
    api.clock.set(now)

    listed = (await api.get(family, "/v1/sanctions")).body["items"]
    services = (await api.get(family, f"/v1/members/{family.holder}/services")).body["items"]

    assert len(listed) == (1 if outcome == "sanctioned" else 0)
    reasons = {item["reason"] for item in services if item["code"] == GENERAL}
    assert reasons == {"sanctioned" if outcome == "sanctioned" else None}
    assert await ends(world, family, day.slots[0], now) == outcome


async def test_r_28_a_weekly_sanction_names_the_three_cancellations_behind_it(
    world: World, api: Api
) -> None:
    family = await world.family(size=4)
    made = [
        await booked(world, family, MONDAY + timedelta(days=8 + place), member=place)
        for place in range(4)
    ]
    await cancelled(world, family, made[0], local(MONDAY, 0) - timedelta(seconds=1))
    for place, appointment in enumerate(made[1:]):
        await cancelled(world, family, appointment, local(MONDAY, place))
    api.clock.set(local(MONDAY, 3))

    (listed,) = (await api.get(family, "/v1/sanctions")).body["items"]

    assert listed["rule"] == "weekly"
    assert [cause["appointment_id"] for cause in listed["causes"]] == [
        str(appointment) for appointment in made[1:]
    ]


async def test_r_28_a_sanction_names_also_who_asked_later_and_was_cancelled_first(
    world: World, api: Api
) -> None:
    family = await world.family(size=3)
    made = [
        await booked(world, family, MONDAY + timedelta(days=8 + place), member=place)
        for place in range(3)
    ]
    # Two requests at once: the one asked two milliseconds earlier waited for the family.
    asked = [local(MONDAY, 9) + timedelta(milliseconds=milli) for milli in (0, 3, 1)]
    answers = [
        await cancelled(world, family, appointment, now)
        for appointment, now in zip(made, asked, strict=True)
    ]
    api.clock.set(local(MONDAY, 10))

    (listed,) = (await api.get(family, "/v1/sanctions")).body["items"]

    assert answers[-1]["sanction"]["rule"] == listed["rule"] == "weekly"
    assert {cause["appointment_id"] for cause in listed["causes"]} == {
        str(appointment) for appointment in made
    }
    until = local(MONDAY + timedelta(days=30), 9) + timedelta(milliseconds=1)
    assert datetime.fromisoformat(listed["until"]) == until
