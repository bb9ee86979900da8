"""Coverage and family by projection (R-34): late, twice and out of order, the same is known."""

from datetime import date, timedelta
from typing import Any

from builders.scheduling import (
    NOW,
    OTHER_UNIT,
    UNIT,
    Family,
    World,
)
from builders.scheduling_api import Api
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.event import Fact
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
from shared.ids import uuid7

PUBLIC: tuple[tuple[type[Fact], dict[str, Any]], ...] = (
    (MemberRegistered, {"home_unit": UNIT, "valid_to": None}),
    (MemberLapsed, {"home_unit": UNIT, "valid_to": date(2031, 1, 31)}),
    (MemberChanged, {"home_unit": UNIT, "valid_to": date(2032, 1, 31)}),
    (MemberChanged, {"home_unit": OTHER_UNIT, "valid_to": date(2032, 1, 31)}),
    (MemberLapsed, {"home_unit": OTHER_UNIT, "valid_to": date(2031, 2, 28)}),
)
"""A member's five versions, oldest first."""

_HELD = """
SELECT (family_id, home_unit, valid_from, valid_to, m.sequence, display_name, d.sequence)::text
FROM members m JOIN member_descriptions d USING (member_id) WHERE member_id = $1
"""


def history(family: Family) -> list[tuple[Fact, int]]:
    """The member's public and private facts with their versions, in order."""
    member_id = uuid7()
    told: list[tuple[Fact, int]] = []
    for version, (kind, state) in enumerate(PUBLIC, 1):
        given_fields = {
            "member_id": member_id,
            "family_id": family.family_id,
            "holder": False,
            "relation": "child",
            "valid_from": date(2020, 1, 1),
            **state,
        }
        told.append((kind.model_validate(given_fields), version))
    for version in (1, 2):
        described = MemberDescribed(
            member_id=member_id,
            family_id=family.family_id,
            display_name=f"Ejemplo Versión {version}",
            affiliation_number="00000001",
            birth_on=date(1990, 1, 1),
        )
        told.append((described, version))
    return told


async def held_after(world: World, told: list[tuple[Fact, int]], order: list[int]) -> object:
    """What is held of the member once the facts have come in this order, ids of their own."""
    for place in order:
        fact, version = told[place]
        await world.arrives(fact, sequence=version, at=NOW + timedelta(minutes=version))
    return await world.value(_HELD, told[0][0].subject)


async def test_r_34_any_order_and_any_repetition_of_a_members_history_gives_the_same_projection(
    world: World,
) -> None:
    family = await world.family()
    facts = len(PUBLIC) + 2
    in_order = await held_after(world, told := history(family), list(range(facts)))
    await forget(world, told)
    every = list(range(facts))
    orders = st.tuples(st.permutations(every), st.lists(st.sampled_from(every), max_size=6)).map(
        lambda parts: parts[0] + parts[1]
    )
    tried: list[list[int]] = []

    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(orders)
    def collect(order: list[int]) -> None:
        tried.append(order)

    collect()
    for order in tried:
        assert await held_after(world, told, order) == in_order, order
        await forget(world, told)
    assert len(tried) >= 40


async def forget(world: World, told: list[tuple[Fact, int]]) -> None:
    async with world.database.transaction() as tx:
        await tx.execute("DELETE FROM members WHERE member_id = $1", told[0][0].subject)
        await tx.execute("DELETE FROM member_descriptions WHERE member_id = $1", told[0][0].subject)


async def test_a_lapse_that_comes_late_does_not_undo_the_renewal_after_it(
    world: World, api: Api
) -> None:
    family = await world.family()
    day, told = await world.day(), history(family)
    renewed = {**told[2][0].model_dump(), "member_id": family.holder, "holder": True}
    lapsed = {**told[1][0].model_dump(), "member_id": family.holder, "holder": True}

    await world.arrives(MemberChanged.model_validate(renewed), sequence=3)
    await world.arrives(MemberLapsed.model_validate(lapsed), sequence=2)
    booking = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    assert (await api.post(family, "/v1/appointments", booking)).status == 201


async def test_r_20_a_member_whose_name_has_not_come_yet_can_book_and_gets_it_later(
    world: World, api: Api
) -> None:
    family = await world.family()
    day = await world.day()
    async with world.database.transaction() as tx:
        await tx.execute("DELETE FROM member_descriptions")
    booking = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    made = await api.post(family, "/v1/appointments", booking)
    await world.arrives(
        MemberDescribed(
            member_id=family.holder,
            family_id=family.family_id,
            display_name="Ejemplo Llegado Tarde",
            affiliation_number="00000002",
            birth_on=date(1990, 1, 1),
        )
    )
    read = await api.get(family, f"/v1/appointments/{made.body['id']}")

    assert (made.status, made.body["member"]["name"]) == (201, "")
    assert read.body["member"]["name"] == "Ejemplo Llegado Tarde"
