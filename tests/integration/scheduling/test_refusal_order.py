"""When several reasons hold, the first of the contract's order is the answer: every pair tried."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import combinations
from uuid import UUID

from builders.scheduling import (
    GENERAL,
    MONDAY,
    NOW,
    OTHER_UNIT,
    PROFILE,
    DoctorDay,
    Family,
    World,
    a_key,
    local,
    outcomes,
)

from scheduling.usecases.cancel_appointment import cancel_appointment

TODAY = MONDAY - timedelta(days=2)
SPECIALTY = "ginecologia"


@dataclass(slots=True)
class Scene:
    """Who asks for what; each reason below makes itself hold, whatever else does."""

    world: World
    asking: Family
    family: Family
    day: DoctorDay

    async def sql(self, text: str, *arguments: object) -> None:
        async with self.world.database.transaction() as tx:
            await tx.execute(text, *arguments)

    async def outcome(self) -> str:
        book = self.world.book
        wanted, member = self.day.slots[0], self.family.holder
        (ended,) = await outcomes([lambda: book(self.asking, wanted, member_id=member)])
        return ended


async def strangers(scene: Scene) -> None:
    scene.asking = await scene.world.family()


async def lapsed(scene: Scene) -> None:
    sql = "UPDATE members SET valid_to = $2 WHERE family_id = $1"
    await scene.sql(sql, scene.family.family_id, MONDAY - timedelta(days=1))


async def elsewhere(scene: Scene) -> None:
    sql = "UPDATE members SET home_unit = $2 WHERE family_id = $1"
    await scene.sql(sql, scene.family.family_id, OTHER_UNIT)


async def unreferred(scene: Scene) -> None:
    await scene.sql("DELETE FROM referral_descriptions WHERE member_id = $1", scene.family.holder)


async def sanctioned(scene: Scene) -> None:
    """The family's other member cancels an hour before."""
    world, family = scene.world, scene.family
    day = await world.day(day=TODAY, opens=time(11))
    booked = json.loads(await world.book(family, day.slots[0], member_id=family.members[1]))
    await cancel_appointment(
        world.database,
        a_key(family, "cancel"),
        family_id=family.family_id,
        appointment_id=UUID(booked["id"]),
        channel="web",
        now=NOW,
    )


async def withdrawn(scene: Scene) -> None:
    sql = "UPDATE agenda_days SET state = 'withdrawn' WHERE agenda_id = $1"
    await scene.sql(sql, scene.day.agenda_id)


async def limited(scene: Scene) -> None:
    world, family = scene.world, scene.family
    held = "SELECT count(*) FROM appointments WHERE member_id = $1"
    for week in (1, 2, 3):
        if await world.value(held, family.holder) == PROFILE.policies[0].max_active:
            return
        day = await world.day(day=MONDAY + timedelta(days=7 * week))
        await world.book(family, day.slots[0], channel="desk")


async def taken(scene: Scene) -> None:
    other = await scene.world.family()
    await scene.world.refer(other.holder, SPECIALTY, MONDAY)
    await scene.world.book(other, scene.day.slots[0], channel="desk")


async def busy(scene: Scene) -> None:
    elsewhere_then = await scene.world.day(opens=time(8, 10))
    await scene.world.book(scene.family, elsewhere_then.slots[0], channel="desk")


async def exhausted(scene: Scene) -> None:
    sql = "UPDATE agenda_days SET web_quota = 0 WHERE agenda_id = $1"
    await scene.sql(sql, scene.day.agenda_id)


REASONS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "not-found": strangers,
    "not-covered": lapsed,
    "not-home-unit": elsewhere,
    "referral-required": unreferred,
    "sanctioned": sanctioned,
    "slot-unavailable": withdrawn,
    "limit-reached": limited,
    "slot-taken": taken,
    "member-busy": busy,
    "web-quota-exhausted": exhausted,
}
"""The contract's order (api.md, its last sentences)."""

# What books to make itself hold goes before what would refuse that booking.
_ARRANGED = (
    "sanctioned", "member-busy", "limit-reached", "slot-taken", "web-quota-exhausted",
    "slot-unavailable", "referral-required", "not-home-unit", "not-covered", "not-found",
)  # fmt: skip


async def told(world: World, *slugs: str) -> str:
    family = await world.family(size=2)
    day = await world.day(service=SPECIALTY)
    await world.refer(family.holder, SPECIALTY, MONDAY)
    scene = Scene(world, family, family, day)
    for slug in _ARRANGED:
        if slug in slugs:
            await REASONS[slug](scene)
    return await scene.outcome()


async def test_without_a_reason_the_specialty_is_booked(world: World) -> None:
    assert await told(world) == "ok"


async def test_each_reason_alone_is_told(world: World) -> None:
    assert {slug: await told(world, slug) for slug in REASONS} == {slug: slug for slug in REASONS}


async def test_of_every_two_reasons_the_first_in_the_contracts_order_is_told(world: World) -> None:
    pairs = list(combinations(REASONS, 2))

    answers = {pair: await told(world, *pair) for pair in pairs}

    assert answers == {pair: pair[0] for pair in pairs}
    assert len(pairs) == 45


async def test_all_reasons_at_once_fall_away_one_after_the_other(world: World) -> None:
    left, answers = list(REASONS), []
    while left:
        answers.append(await told(world, *left))
        left.pop(0)

    assert answers == list(REASONS)


async def test_r_28_a_sanction_and_the_lead_time_are_the_webs_and_not_the_desks(
    world: World,
) -> None:
    family = await world.family(size=2)
    day = await world.day(day=TODAY, opens=time(10, 10), service=GENERAL)
    scene = Scene(world, family, family, day)
    await sanctioned(scene)

    by_web = await scene.outcome()
    await world.book(family, day.slots[0], channel="desk", now=local(TODAY, 10))

    assert by_web == "sanctioned"
