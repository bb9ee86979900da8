"""Lists by cursor (R-26): filters, the family's list, and pages that shift under nobody's feet."""

import json
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from itertools import count
from random import Random
from uuid import UUID

import pytest
from builders.scheduling import MONDAY, NOW, Family, World, a_key
from builders.scheduling_api import Api

from scheduling.usecases.cancel_appointment import cancel_appointment

FILTERS = ("upcoming", "history", "cancelled")
ACTIVE = 12


@pytest.fixture(autouse=True)
async def _no_limits(world: World) -> None:
    async with world.database.transaction() as tx:
        await tx.execute(
            "UPDATE policies SET max_active = 999, max_per_day = 999, max_per_7_days = 999,"
            " max_per_30_days = 999, horizon_days = 999, sanction_per_week = 999"
        )


class Agenda:
    """Books the family's appointments on days and hours of a given dice."""

    def __init__(self, world: World, family: Family, seed: int) -> None:
        self.world, self.family = world, family
        self._dice = Random(seed)  # noqa: S311  # the same rows for the same seed
        self._places = count()

    async def book(self) -> str:
        """One more, at a time of its own: no two overlap, whoever they are for."""
        place = next(self._places)
        day = await self.world.day(
            day=MONDAY + timedelta(days=self._dice.randrange(60)),
            opens=time(place % 20, 3 * (place // 20) % 60),
            slots=1,
            minutes=5,
        )
        member = self._dice.choice(self.family.members)
        answer = await self.world.book(self.family, day.slots[0], member_id=member)
        return str(json.loads(answer)["id"])

    async def cancel(self, appointment_id: str) -> None:
        await cancel_appointment(
            self.world.database,
            a_key(self.family, f"cancel {appointment_id}"),
            family_id=self.family.family_id,
            appointment_id=UUID(appointment_id),
            channel="web",
            now=NOW,
        )


Between = Callable[[], Awaitable[None]]


async def pages(
    api: Api, family: Family, path: str, which: str, *, limit: int, between: Between | None = None
) -> list[str]:
    """Every id that the pages gave, in their order."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = await api.get(family, f"{path}?filter={which}&limit={limit}{cursor}")
        assert answer.status == 200, answer.body
        found += [item["id"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            return found
        cursor = f"&cursor={answer.body['next']}"
        if between is not None:
            await between()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("which", ["upcoming", "cancelled"])
async def test_r_26_rows_that_come_and_go_between_pages_neither_skip_nor_repeat_another(
    world: World, api: Api, which: str, seed: int
) -> None:
    family = await world.family(size=3)
    agenda = Agenda(world, family, seed)
    dice = Random(seed)  # noqa: S311  # the same changes for the same seed
    untouched = [await agenda.book() for _ in range(ACTIVE)]
    if which == "cancelled":
        for appointment in untouched:
            await agenda.cancel(appointment)
    touched = [await agenda.book() for _ in range(8)]

    async def come_and_go() -> None:
        touched.append(await agenda.book())
        await agenda.cancel(touched.pop(dice.randrange(len(touched))))

    found = await pages(
        api, family, "/v1/appointments", which, limit=3, between=come_and_go
    )  # fmt: skip

    assert len(found) == len(set(found))
    assert set(untouched) <= set(found)
    in_order = await pages(api, family, "/v1/appointments", which, limit=100)
    assert [one for one in found if one in untouched] == [
        one for one in in_order if one in untouched
    ]


async def test_r_26_each_appointment_is_in_one_filter_and_the_family_sees_all_its_members(
    world: World, api: Api
) -> None:
    family, other = await world.family(size=3), await world.family()
    agenda = Agenda(world, family, 1)
    made = [await agenda.book() for _ in range(9)]
    strange = await Agenda(world, other, 2).book()
    for appointment in made[:3]:
        await agenda.cancel(appointment)
    async with world.database.transaction() as tx:
        sql = "UPDATE appointments SET state = $2 WHERE appointment_id = $1"
        await tx.execute(sql, UUID(made[3]), "attended")
        await tx.execute(sql, UUID(made[4]), "no_show")

    of_family = {
        which: await pages(api, family, "/v1/appointments", which, limit=2) for which in FILTERS
    }
    of_members = {
        which: [
            found
            for member in family.members
            for found in await pages(
                api, family, f"/v1/members/{member}/appointments", which, limit=2
            )
        ]
        for which in FILTERS
    }

    assert {which: set(found) for which, found in of_family.items()} == {
        "upcoming": set(made[5:]),
        "history": set(made[3:5]),
        "cancelled": set(made[:3]),
    }
    for which in FILTERS:
        assert sorted(of_family[which]) == sorted(of_members[which])
    assert strange not in of_family["upcoming"]


async def test_r_26_upcoming_comes_soonest_first_and_the_past_latest_first(
    world: World, api: Api
) -> None:
    family = await world.family()
    agenda = Agenda(world, family, 3)
    for _ in range(6):
        await agenda.book()
    starts = "SELECT appointment_id::text FROM appointments ORDER BY starts_at, appointment_id"
    async with world.database.connection() as connection:
        ordered = [row[0] for row in await connection.fetch(starts)]

    upcoming = await pages(api, family, "/v1/appointments", "upcoming", limit=4)
    api.clock.set(NOW + timedelta(days=99))
    history = await pages(api, family, "/v1/appointments", "history", limit=4)

    assert upcoming == ordered
    assert history == ordered[::-1]


async def test_a_booking_is_in_the_list_as_soon_as_it_is_confirmed(world: World, api: Api) -> None:
    family, day = await world.family(), await world.day()
    booking = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    made = await api.post(family, "/v1/appointments", booking)

    assert await pages(api, family, "/v1/appointments", "upcoming", limit=1) == [made.body["id"]]


async def test_a_cursor_that_is_not_ours_is_malformed_and_a_limit_is_kept(
    world: World, api: Api
) -> None:
    family = await world.family()
    path = "/v1/appointments?filter=upcoming"

    for bad in ("&cursor=AAAA", "&cursor=bm8gY3Vyc29y", "&limit=0", "&limit=101", "&limit=x"):
        assert (await api.get(family, path + bad)).status in {400, 422}, bad
    assert (await api.get(family, f"{path}&filter=history")).status == 400
    other = await world.family()
    listed = await api.get(family, f"/v1/members/{other.holder}/appointments")
    assert (listed.status, listed.slug) == (404, "not-found")
