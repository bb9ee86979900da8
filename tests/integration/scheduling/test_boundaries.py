"""What an instant decides of booking, a second before, at it, and a second after (R-25, R-26)."""

from datetime import timedelta

import pytest
from builders.scheduling import GENERAL, MONDAY, World, local
from builders.scheduling_api import Api
from builders.scheduling_moments import SECONDS, around, booked, ends


@pytest.mark.parametrize(
    ("seconds", "web", "desk"),
    [(-1, "ok", "ok"), (0, "ok", "ok"), (1, "slot-unavailable", "ok")],
)
async def test_r_25_the_lead_time_ends_half_an_hour_before(
    world: World, seconds: int, web: str, desk: str
) -> None:
    day = await world.day()
    one, other = await world.family(), await world.family()
    now = around(day.starts[1] - timedelta(minutes=30), seconds)

    assert await ends(world, one, day.slots[1], now) == web
    assert await ends(world, other, day.slots[2], now, channel="desk") == desk


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(-1, "ok"), (0, "slot-unavailable"), (1, "slot-unavailable")]
)
async def test_r_25_even_the_desk_books_nothing_that_has_begun(
    world: World, seconds: int, outcome: str
) -> None:
    family, day = await world.family(), await world.day()

    now = around(day.starts[1], seconds)
    assert await ends(world, family, day.slots[1], now, channel="desk") == outcome


@pytest.mark.parametrize(("seconds", "outcome"), [(-1, "slot-unavailable"), (0, "ok"), (1, "ok")])
async def test_r_25_the_horizon_moves_at_the_units_midnight(
    world: World, seconds: int, outcome: str
) -> None:
    family, day = await world.family(), await world.day()
    opens = local(MONDAY - timedelta(days=30), 0)

    assert await ends(world, family, day.slots[0], around(opens, seconds)) == outcome


@pytest.mark.parametrize("seconds", SECONDS)
async def test_r_25_what_is_shown_is_what_can_be_booked(
    world: World, api: Api, seconds: int
) -> None:
    family, day = await world.family(), await world.day(slots=2)
    now = around(day.starts[0] - timedelta(minutes=30), seconds)
    api.clock.set(now)
    path = f"/v1/members/{family.holder}/slots?service={GENERAL}&date={MONDAY}"

    shown = [slot["id"] for slot in (await api.get(family, path)).body["items"]]
    outcome = await ends(world, family, day.slots[0], now)

    assert (str(day.slots[0]) in shown) is (outcome == "ok")


@pytest.mark.parametrize("seconds", SECONDS)
async def test_r_26_an_appointment_is_upcoming_until_it_has_ended(
    world: World, api: Api, seconds: int
) -> None:
    family = await world.family()
    appointment = str(await booked(world, family))
    api.clock.set(around(local(MONDAY, 8, 20), seconds))

    async def listed(which: str) -> list[str]:
        answer = await api.get(family, f"/v1/appointments?filter={which}")
        return [item["id"] for item in answer.body["items"]]

    assert (appointment in await listed("upcoming")) is (seconds < 0)
    assert (appointment in await listed("history")) is (seconds >= 0)
    assert await listed("cancelled") == []
