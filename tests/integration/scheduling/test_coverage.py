"""Coverage (R-20, R-34) by the day: its first, its last, and what a lapsed family still may."""

from datetime import timedelta

import pytest
from builders.scheduling import MONDAY, NOW, World, local, outcomes
from builders.scheduling_api import Api


@pytest.mark.parametrize(("days", "outcome"), [(-1, "not-covered"), (0, "ok"), (1, "ok")])
async def test_r_34_coverage_must_reach_the_day_of_the_appointment(
    world: World, days: int, outcome: str
) -> None:
    family = await world.family(valid_to=MONDAY + timedelta(days=days))
    day = await world.day()

    assert await outcomes([lambda: world.book(family, day.slots[0])]) == [outcome]


@pytest.mark.parametrize(("days", "outcome"), [(-1, "ok"), (0, "ok"), (1, "not-covered")])
async def test_r_34_coverage_that_begins_after_the_day_is_refused(
    world: World, days: int, outcome: str
) -> None:
    family = await world.family(size=2)
    day = await world.day()
    async with world.database.transaction() as tx:
        sql = "UPDATE members SET valid_from = $2 WHERE member_id = $1"
        await tx.execute(sql, family.members[1], MONDAY + timedelta(days=days))

    assert await outcomes(
        [lambda: world.book(family, day.slots[0], member_id=family.members[1])]
    ) == [outcome]


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(-1, "ok"), (0, "not-covered"), (1, "not-covered")]
)
async def test_r_20_the_holders_coverage_ends_with_its_last_day_in_the_units_zone(
    world: World, seconds: int, outcome: str
) -> None:
    family = await world.family(size=2)
    day = await world.day(day=MONDAY + timedelta(days=2))
    async with world.database.transaction() as tx:
        sql = "UPDATE members SET valid_to = $2 WHERE member_id = $1"
        await tx.execute(sql, family.holder, MONDAY)
    now = local(MONDAY + timedelta(days=1), 0) + timedelta(seconds=seconds)

    assert await outcomes(
        [lambda: world.book(family, day.slots[0], member_id=family.members[1], now=now)]
    ) == [outcome]


async def test_r_20_a_lapsed_family_still_sees_and_cancels(world: World, api: Api) -> None:
    family, day = await world.family(), await world.day()
    booking = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}
    made = await api.post(family, "/v1/appointments", booking)
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE members SET valid_to = $1", NOW.date() - timedelta(days=1))

    services = await api.get(family, f"/v1/members/{family.holder}/services")
    listed = await api.get(family, f"/v1/members/{family.holder}/appointments")
    path = f"/v1/appointments/{made.body['id']}/cancellation"
    cancelled = await api.post(family, path, {})

    assert {item["reason"] for item in services.body["items"]} == {"not-covered"}
    assert [item["id"] for item in listed.body["items"]] == [made.body["id"]]
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
