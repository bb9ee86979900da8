"""IESS's profile (R-22, R-61): eight first-level services, referrals, the right to care."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from builders.scheduling import INSTITUTE, MONDAY, NOW, Family, World, outcomes
from builders.scheduling_api import Api, serving
from databases import Database as Made

from scheduling.usecases.adopt_profile import adopt_profile
from shared.database import open_database
from shared.profile import load_profile

IESS = load_profile(INSTITUTE.parent / "iess")
UNIT = IESS.units[0].code
GUAYAQUIL = ZoneInfo("America/Guayaquil")
FIRST_LEVEL = {
    "medicina_general",
    "medicina_familiar",
    "odontologia",
    "pediatria",
    "ginecologia",
    "ginecologia_y_obstetricia",
    "obstetricia",
    "psicologia",
}


@pytest.fixture
async def iess(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[World]:
    made = await new_database("scheduling")
    async with open_database(made.app_url, name="test", size=4) as database:
        await adopt_profile(database, IESS)
        yield World(database)


@pytest.fixture
async def api(iess: World) -> AsyncIterator[Api]:
    async with serving(iess.database, IESS) as running:
        yield running


async def services(api: Api, family: Family, place: int = 0) -> dict[str, str | None]:
    path = f"/v1/members/{family.members[place]}/services"
    items = (await api.get(family, path)).body["items"]
    assert all(item["bookable"] is (item["reason"] is None) for item in items)
    return {item["code"]: item["reason"] for item in items}


async def test_r_22_the_eight_first_level_services_are_open_and_specialties_are_referred(
    iess: World, api: Api
) -> None:
    family = await iess.family(size=2, unit=UNIT)

    of_holder, of_dependant = await services(api, family), await services(api, family, 1)

    assert {code for code, reason in of_holder.items() if reason is None} == FIRST_LEVEL
    others = {reason for code, reason in of_holder.items() if code not in FIRST_LEVEL}
    assert others == {"referral-required"}
    assert of_dependant == of_holder


async def test_r_46_a_referral_opens_cardiology_to_one_dependant_alone(
    iess: World, api: Api
) -> None:
    family = await iess.family(size=2, unit=UNIT)
    day = await iess.day(service="cardiologia", unit=UNIT, zone=GUAYAQUIL)
    child = family.members[1]
    await iess.refer(child, "cardiologia", MONDAY)

    of_holder = await services(api, family)
    of_child = await services(api, family, 1)
    for_holder = await outcomes([lambda: iess.book(family, day.slots[0])])
    booked = json.loads(await iess.book(family, day.slots[0], member_id=child))

    assert (of_holder["cardiologia"], of_child["cardiologia"]) == ("referral-required", None)
    assert for_holder == ["referral-required"]
    assert booked["starts_at"] == "2031-03-03T08:00:00-05:00"


async def test_r_61_the_right_to_care_is_judged_for_the_dependant_and_for_the_holder(
    iess: World, api: Api
) -> None:
    family = await iess.family(size=2, unit=UNIT)
    day = await iess.day(unit=UNIT, zone=GUAYAQUIL)
    yesterday = NOW.date() - timedelta(days=1)

    async def ended(member: int, until: object) -> None:
        async with iess.database.transaction() as tx:
            sql = "UPDATE members SET valid_to = $2 WHERE member_id = $1"
            await tx.execute(sql, family.members[member], until)

    async def booking(member: int) -> str:
        wanted = family.members[member]
        return (await outcomes([lambda: iess.book(family, day.slots[0], member_id=wanted)]))[0]

    await ended(1, yesterday)
    dependant = (await booking(1), set((await services(api, family, 1)).values()))
    await ended(1, None)
    await ended(0, yesterday)
    lapsed_holder = (await booking(1), set((await services(api, family, 1)).values()))

    assert dependant == lapsed_holder == ("not-covered", {"not-covered"})
