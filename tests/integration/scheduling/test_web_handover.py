"""The timed hand-over of unused web places to the counter and back (R-24), to the second."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders.desk import clerk
from builders.scheduling import GENERAL, MONDAY, PROFILE, UNIT, DoctorDay, Family, World, local
from builders.scheduling_api import Api

from scheduling.usecases.adopt_profile import adopt_profile
from shared.errors import DomainError

SECOND = timedelta(seconds=1)
Adopt = Callable[[int, int], Awaitable[None]]


@pytest.fixture
def adopt(world: World) -> Adopt:
    """The institute hands over so many minutes before a time, and back so many before it."""

    async def adopted(handover: int, handback: int = 0) -> None:
        policies = tuple(
            one.model_copy(
                update={"web_handover_minutes": handover, "web_handback_minutes": handback}
            )
            for one in PROFILE.policies
        )
        await adopt_profile(world.database, PROFILE.model_copy(update={"policies": policies}))

    return adopted


@dataclasses.dataclass(slots=True)
class Seen:
    """What the web and the counter are told of one day."""

    state: str
    web: int
    left: int
    desk: int


async def seen(api: Api, family: Family, now: datetime) -> Seen:
    api.clock.set(now)
    days = await api.get(
        family, f"/v1/members/{family.holder}/availability?service={GENERAL}&to={MONDAY}"
    )
    body = (await clerk(api).get(f"/v1/staff/units/{UNIT}/days/{MONDAY}")).body
    day, gauge = days.body["days"][0], body["gauges"][0]
    return Seen(day["state"], day["web_places_left"], gauge["web_left"], gauge["desk_free"])


async def by_web(world: World, day: DoctorDay, place: int, now: datetime) -> str:
    try:
        await world.book(await world.family(), day.slots[place], now=now)
    except DomainError as refusal:
        return refusal.slug
    return "ok"


async def test_r_24_at_exactly_so_many_minutes_before_its_time_a_place_is_the_counters(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(120, 0)
    day = await world.day(slots=6, quota=4)
    handed_over = day.starts[2] - timedelta(minutes=120)

    assert await by_web(world, day, 2, handed_over - SECOND) == "ok"
    assert await by_web(world, day, 3, day.starts[3] - timedelta(minutes=120)) == (
        "web-quota-exhausted"
    )
    # Later times of the same day are still the web's.
    assert await by_web(world, day, 5, handed_over) == "ok"
    api.clock.set(day.starts[3] - timedelta(minutes=60))
    assert (await clerk(api).book((await world.family()).holder, day.slots[3])).status == 201


async def test_r_24_the_day_tells_the_truth_before_and_after_the_hand_over(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(120, 0)
    family, day = await world.family(), await world.day(slots=6, quota=4)

    before = await seen(api, family, day.starts[0] - timedelta(minutes=120) - SECOND)
    first_gone = await seen(api, family, day.starts[2] - timedelta(minutes=120))
    none_left = await seen(api, family, day.starts[5] - timedelta(minutes=120))

    assert before == Seen("open", 4, 4, 2)
    assert first_gone == Seen("open", 3, 3, 3)
    # All six times are free, and all are the counter's.
    assert none_left == Seen("web_quota_exhausted", 0, 0, 6)


async def test_r_24_what_the_counter_left_is_the_webs_again_so_many_minutes_before(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(180, 60)
    family, day = await world.family(), await world.day(slots=1, quota=1)
    back = day.starts[0] - timedelta(minutes=60)

    assert await seen(api, family, back - SECOND) == Seen("web_quota_exhausted", 0, 0, 1)
    assert await by_web(world, day, 0, back - SECOND) == "web-quota-exhausted"
    assert await seen(api, family, back) == Seen("open", 1, 1, 0)
    assert await by_web(world, day, 0, back) == "ok"


async def test_r_24_a_place_freed_after_the_hand_over_is_the_counters(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(120, 0)
    family, day = await world.family(), await world.day(slots=1, quota=1)
    appointment = await api.post(
        family,
        "/v1/appointments",
        {"member_id": str(family.holder), "slot_id": str(day.slots[0])},
    )
    now = day.starts[0] - timedelta(minutes=90)
    assert await seen(api, family, now) == Seen("full", 0, 0, 0)

    await clerk(api).cancel(appointment.body["id"])

    assert await seen(api, family, now) == Seen("web_quota_exhausted", 0, 0, 1)
    assert await by_web(world, day, 0, now) == "web-quota-exhausted"


async def test_r_24_zero_minutes_hand_nothing_over(world: World, api: Api, adopt: Adopt) -> None:
    await adopt(0, 0)
    family, day = await world.family(), await world.day(slots=2, quota=2)
    now = day.starts[0] - timedelta(minutes=30)

    assert await seen(api, family, now) == Seen("open", 2, 2, 0)
    assert await by_web(world, day, 0, now) == "ok"


async def test_r_24_a_hand_over_of_days_reaches_beyond_midnight(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(3 * 24 * 60, 0)
    family, day = await world.family(), await world.day(slots=2, quota=2)

    before = await seen(api, family, day.starts[0] - timedelta(days=3) - SECOND)
    after = await seen(api, family, local(MONDAY - timedelta(days=2), 12))

    assert (before.state, before.web) == ("open", 2)
    assert after == Seen("web_quota_exhausted", 0, 0, 2)


async def test_r_24_first_free_and_the_times_of_a_day_know_the_hand_over(
    world: World, api: Api, adopt: Adopt
) -> None:
    await adopt(120, 0)
    family, day = await world.family(), await world.day(slots=6, quota=6)
    api.clock.set(day.starts[0] - timedelta(minutes=80))
    path = f"/v1/members/{family.holder}/slots?service={GENERAL}"

    first: dict[str, Any] = (await api.get(family, f"{path}&first=true")).body

    # At 06:40 the times up to 08:40 are the counter's.
    assert [item["id"] for item in first["items"]] == [str(day.slots[3])]


def test_what_is_given_back_before_it_was_handed_over_is_a_fault_of_the_profile() -> None:
    given = PROFILE.policies[0].model_dump()

    with pytest.raises(ValueError, match="web_handback_minutes"):
        type(PROFILE.policies[0])(
            **given | {"web_handover_minutes": 60, "web_handback_minutes": 60}
        )
