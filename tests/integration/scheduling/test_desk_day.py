"""A unit's day (R-33): rows by time, and gauges that agree with what the web is told (R-24)."""

from datetime import time, timedelta
from typing import Any

import pytest
from builders.desk import Clerk, audited, clerk
from builders.scheduling import GENERAL, MONDAY, OTHER_UNIT, UNIT, DoctorDay, World
from builders.scheduling_api import Api

PATH = f"/v1/staff/units/{UNIT}/days/{MONDAY}"


def gauge(body: dict[str, Any], day: DoctorDay) -> dict[str, Any]:
    (found,) = (one for one in body["gauges"] if one["doctor"]["id"] == str(day.doctor_id))
    return {
        key: found[key]
        for key in ("total", "taken", "free", "web_quota", "web_used", "web_left", "desk_free")
    }


async def test_r_33_the_day_lists_who_comes_by_time_with_what_the_counter_needs(
    world: World, api: Api
) -> None:
    desk, family, other = clerk(api), await world.family(), await world.family()
    first, second = await world.day(), await world.day(opens=time(8, 10))
    other_day = await world.day(day=MONDAY + timedelta(days=1))
    late = (await desk.book(family.holder, second.slots[3])).body
    await world.book(other, first.slots[0])
    cancelled = (await desk.book(other.holder, first.slots[2])).body
    await desk.cancel(cancelled["id"])
    await desk.book(family.holder, other_day.slots[0])

    body = (await desk.get(PATH)).body

    assert [row["starts_at"][11:16] for row in body["items"]] == ["08:00", "09:10"]
    assert [row["channel"] for row in body["items"]] == ["web", "desk"]
    row = body["items"][1]
    assert (row["id"], row["folio"], row["state"]) == (late["id"], late["folio"], "booked")
    assert row["member"]["affiliation_number"] == "00000000"
    assert row["member"]["name"] == "Ejemplo 0 Demostración"
    assert (row["doctor"]["id"], row["service"]["code"]) == (str(second.doctor_id), GENERAL)
    assert (body["unit"]["code"], body["date"]) == (UNIT, str(MONDAY))
    assert sum(one["taken"] for one in body["gauges"]) == len(body["items"]) == 2


async def test_r_24_the_gauge_tells_what_is_the_webs_and_what_the_desks(
    world: World, api: Api
) -> None:
    desk, day = clerk(api), await world.day(slots=6, quota=3)
    families = [await world.family() for _ in range(4)]
    assert gauge((await desk.get(PATH)).body, day) == {
        "total": 6, "taken": 0, "free": 6, "web_quota": 3, "web_used": 0, "web_left": 3,
        "desk_free": 3,
    }  # fmt: skip

    await world.book(families[0], day.slots[0])
    await desk.book(families[1].holder, day.slots[1])
    assert gauge((await desk.get(PATH)).body, day) == {
        "total": 6, "taken": 2, "free": 4, "web_quota": 3, "web_used": 1, "web_left": 2,
        "desk_free": 2,
    }  # fmt: skip

    # The whole agenda is the counter's: also the places that the web has not used.
    for family, slot in zip(families[1:], day.slots[2:5], strict=True):
        assert (await desk.book(family.holder, slot)).status == 201
    shown = gauge((await desk.get(PATH)).body, day)
    days = await api.get(
        families[0], f"/v1/members/{families[0].holder}/availability?service={GENERAL}&to={MONDAY}"
    )

    assert (shown["free"], shown["web_left"], shown["desk_free"]) == (1, 1, 0)
    assert days.body["days"][0]["web_places_left"] == shown["web_left"]


async def test_r_24_what_has_begun_is_free_for_nobody(world: World, api: Api) -> None:
    desk, day = clerk(api), await world.day(slots=6, quota=6)
    api.clock.set(day.starts[2])

    # Three times are to come; one of them is within the web's lead time of half an hour.
    shown = gauge((await desk.get(PATH)).body, day)

    assert (shown["free"], shown["web_left"], shown["desk_free"]) == (3, 2, 1)


async def test_r_31_a_day_that_takes_no_bookings_has_nothing_free(world: World, api: Api) -> None:
    day = await world.day()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE agenda_days SET state = 'closing'")

    body = (await clerk(api).get(PATH)).body

    assert body["gauges"][0]["agenda"] == "closing"
    assert (gauge(body, day)["free"], gauge(body, day)["web_left"]) == (0, 0)


async def test_r_33_a_doctor_sees_the_own_day_and_nobody_else_s(world: World, api: Api) -> None:
    mine, others = await world.day(), await world.day()
    desk = clerk(api)
    for place, day in enumerate((mine, others)):
        await desk.book((await world.family()).holder, day.slots[place])
    doctor = clerk(api, "doctor", doctor_id=mine.doctor_id)

    own = (await doctor.get(PATH)).body
    asked = (await doctor.get(f"{PATH}?doctor={others.doctor_id}")).body

    assert own == asked
    assert [row["doctor"]["id"] for row in own["items"]] == [str(mine.doctor_id)]
    assert [one["doctor"]["id"] for one in own["gauges"]] == [str(mine.doctor_id)]


async def test_r_14_a_units_day_ends_at_its_door_but_for_operators_and_administrators(
    world: World, api: Api
) -> None:
    await world.day(unit=OTHER_UNIT)
    path = f"/v1/staff/units/{OTHER_UNIT}/days/{MONDAY}"

    async def slug(desk: Clerk) -> str:
        answer = await desk.get(path)
        return "ok" if answer.status == 200 else answer.slug

    assert await slug(clerk(api)) == await slug(clerk(api, "doctor")) == "not-found"
    assert await slug(clerk(api, unit=OTHER_UNIT)) == "ok"
    assert await slug(clerk(api, "operator")) == await slug(clerk(api, "administrator")) == "ok"
    assert await slug(clerk(api, "authoriser")) == await slug(clerk(api, "auditor")) == "forbidden"


@pytest.mark.parametrize("day", ["2031-02-30", "hoy", "20310303", "2031-3-3"])
async def test_a_day_that_is_none_is_not_found(api: Api, day: str) -> None:
    answer = await clerk(api, "operator").get(f"/v1/staff/units/{UNIT}/days/{day}")

    assert (answer.status, answer.slug) == (404, "not-found")


async def test_an_unknown_unit_is_not_found(api: Api) -> None:
    answer = await clerk(api, "operator").get(f"/v1/staff/units/NINGUNA/days/{MONDAY}")

    assert (answer.status, answer.slug) == (404, "not-found")


async def test_pages_of_a_day_follow_one_another_and_filters_narrow_it(
    world: World, api: Api
) -> None:
    desk, one, other = clerk(api), await world.day(), await world.day(service="odontologia")
    for place in range(4):
        family = await world.family()
        assert (await desk.book(family.holder, one.slots[place])).status == 201
    await desk.book((await world.family()).holder, other.slots[0])
    seen, cursor = list[str](), ""
    while True:
        body = (await desk.get(f"{PATH}?limit=2{cursor and f'&cursor={cursor}'}")).body
        seen += [row["id"] for row in body["items"]]
        if (cursor := body["next"]) is None:
            break

    dental = (await desk.get(f"{PATH}?service=odontologia")).body
    of_doctor = (await desk.get(f"{PATH}?doctor={one.doctor_id}")).body

    assert len(set(seen)) == len(seen) == 5
    assert (len(dental["items"]), len(dental["gauges"])) == (1, 1)
    assert (len(of_doctor["items"]), len(of_doctor["gauges"])) == (4, 1)
    rows = await audited(world, "read-unit-day")
    assert len(rows) == 5
    assert len(rows[0]["subjects"]) == 2
