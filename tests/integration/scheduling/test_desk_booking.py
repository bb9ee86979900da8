"""Staff book for members (R-33): from the whole agenda, by the channel of their role."""

from datetime import time, timedelta

import pytest
from builders.desk import audited, booked, clerk, facts, sanctioned
from builders.scheduling import MONDAY, OTHER_UNIT, World, local
from builders.scheduling_api import Api

COUNTERS = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"


@pytest.mark.parametrize(
    ("role", "channel"), [("front_desk", "desk"), ("archive", "desk"), ("operator", "phone")]
)
async def test_r_33_staff_book_by_the_channel_of_their_role_without_the_webs_places(
    world: World, api: Api, role: str, channel: str
) -> None:
    desk = clerk(api, role)

    family, day, appointment = await booked(world, desk, quota=0)

    assert (appointment["channel"], appointment["by"]) == (channel, "staff")
    assert appointment["member"]["id"] == str(family.holder)
    assert await world.value(COUNTERS, day.agenda_id) == "(1,0)"
    (row,) = await audited(world, "book-for-member")
    assert row["subjects"] == [row["subjects"][0], family.holder, family.family_id]
    assert str(row["subjects"][0]) == appointment["id"]
    assert (row["actor_id"], row["role"], row["outcome"]) == (desk.account_id, role, "done")


async def test_r_33_a_channel_named_by_the_client_is_not_believed(world: World, api: Api) -> None:
    family, day, desk = await world.family(), await world.day(), clerk(api)
    body = {"member_id": str(family.holder), "slot_id": str(day.slots[0]), "channel": "web"}

    assert (await desk.call("POST", "/v1/staff/appointments", body)).slug == "invalid-request"


async def test_r_28_a_sanctioned_family_is_booked_for_at_the_desk_and_by_phone(
    world: World, api: Api
) -> None:
    family, first, second = await world.family(), await world.day(), await world.day(opens=time(15))
    tuesday = await world.day(day=MONDAY + timedelta(days=1))
    cause = (await clerk(api).book(family.holder, first.slots[0])).body["id"]
    await sanctioned(world, family.family_id, cause, local(MONDAY, 20))

    refused = await api.post(
        family,
        "/v1/appointments",
        {"member_id": str(family.holder), "slot_id": str(second.slots[0])},
    )

    assert refused.slug == "sanctioned"
    assert (await clerk(api).book(family.holder, second.slots[0])).status == 201
    assert (await clerk(api, "operator").book(family.holder, tuesday.slots[0])).status == 201


async def test_r_25_the_counter_needs_no_lead_time_and_keeps_the_members_limits(
    world: World, api: Api
) -> None:
    family, day, desk = await world.family(), await world.day(), clerk(api)
    api.clock.set(day.starts[0])
    assert (await desk.book(family.holder, day.slots[0])).body["why"] == "past"
    api.clock.set(day.starts[0] - timedelta(seconds=1))

    assert (await desk.book(family.holder, day.slots[0])).status == 201
    assert (await desk.book(family.holder, day.slots[2])).status == 201
    third = await desk.book(family.holder, day.slots[4])

    assert (third.slug, third.body["limit"]) == ("limit-reached", "max_per_day")


async def test_r_23_r_34_double_bookings_and_lapsed_members_are_refused_at_the_counter_too(
    world: World, api: Api
) -> None:
    family, other, desk = await world.family(), await world.family(), clerk(api)
    lapsed = await world.family(valid_to=MONDAY - timedelta(days=1))
    day, same_time = await world.day(), await world.day()
    elsewhere = await world.day(unit=OTHER_UNIT, opens=time(16))
    specialty = await world.day(service="ginecologia", opens=time(18))
    await desk.book(other.holder, day.slots[0])
    await desk.book(family.holder, same_time.slots[1])

    assert (await desk.book(family.holder, day.slots[0])).slug == "slot-taken"
    assert (await desk.book(family.holder, day.slots[1])).slug == "member-busy"
    assert (await desk.book(lapsed.holder, day.slots[2])).slug == "not-covered"
    assert (await desk.book(family.holder, elsewhere.slots[0])).slug == "not-home-unit"
    assert (await desk.book(family.holder, specialty.slots[0])).slug == "referral-required"


async def test_r_35_a_repeated_key_books_once_and_is_audited_once(world: World, api: Api) -> None:
    family, day, desk = await world.family(), await world.day(), clerk(api)

    first = await desk.book(family.holder, day.slots[0], key="one")
    second = await desk.book(family.holder, day.slots[0], key="one")

    assert (first.status, first.body) == (second.status, second.body)
    assert len(await audited(world, "book-for-member")) == 1
    assert len(await facts(world, first.body["id"])) == 1
