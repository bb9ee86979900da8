"""Staff look at a family's sanctions and lift them with a reason (R-28, R-29)."""

from datetime import timedelta
from uuid import UUID

from builders.desk import Clerk, audited, clerk, facts, sanctioned
from builders.scheduling import MONDAY, NOW, OTHER_UNIT, Family, World
from builders.scheduling_api import Answer, Api

UNTIL = NOW + timedelta(days=10)


async def sanctioned_family(world: World, desk: Clerk, count: int = 1) -> tuple[Family, list[UUID]]:
    """A family with so many sanctions, each a day longer than the one before."""
    family, made = await world.family(), []
    for place in range(count):
        day = await world.day(day=MONDAY + timedelta(days=20 + place))
        answer = await desk.book(family.holder, day.slots[0])
        await desk.cancel(answer.body["id"])
        until = UNTIL + timedelta(days=place)
        made.append(await sanctioned(world, family.family_id, answer.body["id"], until))
    return family, made


async def book(world: World, api: Api, family: Family) -> Answer:
    day = await world.day()
    body = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}
    return await api.post(family, "/v1/appointments", body)


async def test_r_29_a_lifted_sanction_binds_no_more_from_the_next_request_on(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    family, (sanction,) = await sanctioned_family(world, desk)
    assert (await book(world, api, family)).slug == "sanctioned"

    answer = await desk.lift(sanction)

    assert (answer.status, answer.body["sanctioned_until"]) == (200, None)
    assert (await book(world, api, family)).status == 201
    assert await facts(world, str(sanction)) == [("scheduling.sanction.lifted", 2)]
    (row,) = await audited(world, "lift-sanction")
    assert (row["subjects"], row["reason"]) == ([sanction, family.family_id], "Fue una urgencia.")
    assert (row["actor_id"], row["outcome"]) == (desk.account_id, "done")


async def test_r_28_lifting_one_of_two_leaves_the_family_sanctioned_until_the_other_ends(
    world: World, api: Api
) -> None:
    family, (shorter, longer) = await sanctioned_family(world, clerk(api), 2)

    first = await clerk(api).lift(longer)
    still = await book(world, api, family)
    second = await clerk(api, "administrator").lift(shorter)

    assert first.body["sanctioned_until"] == UNTIL.isoformat().replace("+00:00", "Z")
    assert still.slug == "sanctioned"
    assert second.body["sanctioned_until"] is None
    assert (await book(world, api, family)).status == 201


async def test_r_29_what_is_lifted_or_over_is_not_lifted_again(world: World, api: Api) -> None:
    desk = clerk(api)
    _, (lifted, over) = await sanctioned_family(world, desk, 2)
    first = await desk.lift(lifted, key="one")

    assert (await desk.lift(lifted)).slug == "sanction-over"
    assert (await desk.lift(lifted, key="one")).body == first.body
    api.clock.set(UNTIL + timedelta(days=1))
    assert (await desk.lift(over)).slug == "sanction-over"
    assert len(await facts(world, str(lifted))) == 1
    assert await facts(world, str(over)) == []


async def test_r_29_staff_see_what_holds_what_is_over_and_who_lifted_why(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    family, made = await sanctioned_family(world, desk, 3)
    await desk.lift(made[2])
    api.clock.set(UNTIL)
    path = f"/v1/staff/sanctions?family={family.family_id}"

    first = (await clerk(api, "operator").get(f"{path}&limit=2")).body
    second = (await clerk(api, "operator").get(f"{path}&limit=2&cursor={first['next']}")).body

    items = first["items"] + second["items"]
    assert [(UUID(item["id"]), item["state"]) for item in items] == [
        (made[2], "lifted"),
        (made[1], "in_force"),
        (made[0], "over"),
    ]
    assert (items[0]["reason"], items[0]["lifted_by"]) == (
        "Fue una urgencia.",
        str(desk.account_id),
    )
    assert items[1]["explanation"].startswith("Se canceló una cita")


async def test_r_14_a_family_of_another_unit_is_not_there_for_the_counter(
    world: World, api: Api
) -> None:
    family, (sanction,) = await sanctioned_family(world, clerk(api))
    there = clerk(api, unit=OTHER_UNIT)

    hidden = [
        await there.lift(sanction),
        await there.lift(family.family_id),
        await there.get(f"/v1/staff/sanctions?family={family.family_id}"),
        await clerk(api, "operator").get(f"/v1/staff/sanctions?family={sanction}"),
    ]

    assert {(answer.status, answer.slug) for answer in hidden} == {(404, "not-found")}
    assert await facts(world, str(sanction)) == []
