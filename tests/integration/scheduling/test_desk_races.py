"""Staff and people at once (R-23, R-28, R-29): what may happen once happens once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from builders.desk import clerk, facts
from builders.scheduling import MONDAY, NOW, Family, World
from builders.scheduling_api import Answer, Api

COUNTERS = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"


async def by_web(api: Api, family: Family, slot: Any) -> Answer:
    body = {"member_id": str(family.holder), "slot_id": str(slot)}
    return await api.post(family, "/v1/appointments", body)


async def test_r_23_of_staff_and_web_who_want_the_last_slot_one_gets_it(
    world: World, api: Api
) -> None:
    day = await world.day(slots=1)
    families = [await world.family() for _ in range(40)]
    desk = clerk(api)

    answers = await asyncio.gather(
        *(
            desk.book(family.holder, day.slots[0])
            if place % 2
            else by_web(api, family, day.slots[0])
            for place, family in enumerate(families)
        )
    )

    assert Counter(answer.status for answer in answers) == {201: 1, 409: 39}
    assert {answer.slug for answer in answers if answer.status == 409} == {"slot-taken"}
    web = sum(answer.body["channel"] == "web" for answer in answers if answer.status == 201)
    assert await world.value(COUNTERS, day.agenda_id) == f"(1,{web})"


async def test_r_24_staff_fill_the_day_beside_the_web_which_gets_no_more_than_its_quota(
    world: World, api: Api
) -> None:
    day = await world.day(slots=30, quota=5, minutes=10)
    families = [await world.family() for _ in range(30)]
    desk = clerk(api)

    answers = await asyncio.gather(
        *(
            desk.book(family.holder, slot) if place % 2 else by_web(api, family, slot)
            for place, (family, slot) in enumerate(zip(families, day.slots, strict=True))
        )
    )

    channels = Counter(answer.body["channel"] for answer in answers if answer.status == 201)
    assert channels == {"desk": 15, "web": 5}
    assert await world.value(COUNTERS, day.agenda_id) == "(20,5)"


async def test_r_33_attendance_against_cancellation_ends_in_one_of_them(
    world: World, api: Api
) -> None:
    for _ in range(5):
        family, day, desk = await world.family(), await world.day(), clerk(api)
        api.clock.set(NOW)
        one = (await desk.book(family.holder, day.slots[0])).body["id"]
        api.clock.set(day.starts[0] - timedelta(minutes=15))
        path = f"/v1/appointments/{one}/cancellation"

        answers = await asyncio.gather(
            desk.mark(one, "attended"),
            desk.cancel(one),
            api.post(family, path, {}),
            desk.mark(one, "attended"),
        )

        held = await world.value(
            "SELECT (state, version)::text FROM appointments WHERE folio ="
            " (SELECT folio FROM appointments WHERE appointment_id = $1::text::uuid)",
            one,
        )
        cancelled = [answer.status for answer in answers[1:3]].count(200)
        if held == "(attended,2)":
            assert [answer.status for answer in answers] == [200, 409, 409, 200]
        else:
            assert (held, cancelled) == ("(cancelled,2)", 1)
            assert [answers[place].slug for place in (0, 3)] == ["already-cancelled"] * 2
        assert len(await facts(world, one)) == 2


async def test_r_29_lifting_against_the_third_cancellation_leaves_each_whole(
    world: World, api: Api
) -> None:
    family, desk = await world.family(size=4), clerk(api)
    booked = []
    for place in range(4):
        day = await world.day(day=MONDAY + timedelta(days=8 + place))
        answer = await desk.book(family.members[place], day.slots[0])
        booked.append(answer.body["id"])
    for one in booked[:3]:
        await api.post(family, f"/v1/appointments/{one}/cancellation", {})
    listed = await desk.get(f"/v1/staff/sanctions?family={family.family_id}")
    (sanction,) = listed.body["items"]
    assert sanction["rule"] == "weekly"

    lifted, fourth, again = await asyncio.gather(
        desk.lift(sanction["id"]),
        api.post(family, f"/v1/appointments/{booked[3]}/cancellation", {}),
        desk.lift(sanction["id"]),
    )

    assert sorted((lifted.status, again.status)) == [200, 409]
    # the third and every later one; what was lifted before doesn't forgive the fourth.
    assert fourth.body["sanction"]["rule"] == "weekly"
    rows = (await desk.get(f"/v1/staff/sanctions?family={family.family_id}")).body["items"]
    assert sorted(row["state"] for row in rows) == ["in_force", "lifted"]
    assert await facts(world, sanction["id"]) == [
        ("scheduling.sanction.imposed", 1),
        ("scheduling.sanction.lifted", 2),
    ]


async def test_r_35_one_key_thirty_times_at_once_books_once(world: World, api: Api) -> None:
    family, day, desk = await world.family(), await world.day(), clerk(api)

    answers = await asyncio.gather(
        *(desk.book(family.holder, day.slots[0], key="one") for _ in range(30))
    )

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert await world.value("SELECT count(*) FROM audit WHERE operation = 'book-for-member'") == 1
