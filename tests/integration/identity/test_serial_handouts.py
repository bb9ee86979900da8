"""Serials handed out in person: checked, mailed, told, counted, and shown nowhere (R-12)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from builders.identity import EMAIL, Answered, World
from builders.roll import FAMILY, NUMBER, OTHER_UNIT, SERIAL, SPOUSE, Line, holders
from builders.staff import Staff, audited, everything, member_id, staff

from identity.domain.staff import StaffRole
from shared.ids import uuid7


@pytest.fixture(params=["front_desk", "archive"])
async def clerk(world: World, request: pytest.FixtureRequest) -> Staff:
    role: StaffRole = request.param
    return await staff(world, role)


@pytest.fixture
async def desk(world: World) -> Staff:
    return await staff(world, "front_desk")


async def test_r_12_the_serial_goes_by_mail_alone_and_the_check_is_recorded(
    world: World, clerk: Staff
) -> None:
    spouse = await member_id(world, SPOUSE)

    answer = await clerk.hand_out(spouse)

    assert answer.status == 201, answer.body
    assert set(answer.body) == {"handout_id"}
    (letter,) = await world.deliveries("serial_handout")
    assert (letter.to, letter.name) == ("ventanilla@example.org", "Luis Muestra Modelo")
    assert letter.data == {"serial_number": SERIAL}
    (row,) = await audited(world, "hand-out-serial")
    assert (row["actor_id"], row["unit"]) == (clerk.account_id, FAMILY[0].home_unit)
    assert row["reason"] == "INE, termina en 1234"
    assert str(row["subjects"][0]) == answer.body["handout_id"]
    assert row["subjects"][1] == spouse
    assert await world.deliveries("account_notice") == []


async def test_r_12_the_owner_of_the_account_is_told(world: World, desk: Staff) -> None:
    await world.activated()

    await desk.hand_out(await member_id(world, NUMBER))

    (notice,) = await world.deliveries("account_notice")
    assert (notice.to, notice.data) == (EMAIL, {"notice": "serial_handed_out"})


async def test_r_12_what_was_handed_out_registers_the_family(world: World, desk: Staff) -> None:
    await desk.hand_out(await member_id(world, NUMBER))
    (letter,) = await world.deliveries("serial_handout")

    answer = await world.register(serial_number=letter.data["serial_number"])

    assert answer.status == 202
    assert len(await world.deliveries("activation")) == 1


async def test_r_12_another_unit_s_member_and_nobody_are_the_same_404(
    world: World, desk: Staff
) -> None:
    elsewhere = await staff(world, "archive", unit=OTHER_UNIT)
    known = await member_id(world, NUMBER)

    answers = [await elsewhere.hand_out(known), await desk.hand_out(uuid7())]

    assert [(one.status, one.slug) for one in answers] == [(404, "not-found")] * 2
    bodies = [
        {name: value for name, value in one.body.items() if name not in {"trace_id", "instance"}}
        for one in answers
    ]
    assert bodies[0] == bodies[1]
    assert await world.count("deliveries") == 0
    rows = await audited(world, "hand-out-serial")
    assert [(row["outcome"], row["unit"]) for row in rows] == [
        ("not-found", OTHER_UNIT), ("not-found", FAMILY[0].home_unit),
    ]  # fmt: skip
    assert rows[0]["subjects"] == [known]


async def test_r_12_who_left_the_roll_and_who_has_no_serial_get_none(
    world: World, desk: Staff
) -> None:
    gone, bare = await member_id(world, SPOUSE), Line("90000009", "90000009", serial_number="")
    await world.loader.lines([Line(), bare], confirmed=True)

    left = await desk.hand_out(gone)
    without = await desk.hand_out(await member_id(world, "90000009"))

    assert (left.status, left.slug) == (404, "not-found")
    assert (without.status, without.slug) == (409, "no-serial")
    outcomes = [row["outcome"] for row in await audited(world, "hand-out-serial")]
    assert outcomes == ["not-found", "no-serial"]
    assert await world.count("serial_handouts") == 0


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"identity_check": "INE 1234567890"}, "/identity_check", "too-many-digits"),
        ({"identity_check": "INE ١٢٣٤٥"}, "/identity_check", "too-many-digits"),
        ({"identity_check": "  "}, "/identity_check", "value-error"),
        ({"identity_check": "ok"}, "/identity_check", "too-short"),
        ({"identity_check": "ok    "}, "/identity_check", "too-short"),
        ({"identity_check": "INE\nBcc: x"}, "/identity_check", "value-error"),
        ({"email": "ventanilla"}, "/email", "invalid"),
        ({"serial_number": "AAAA"}, "", "extra-forbidden"),
    ],
)
async def test_r_12_the_check_names_a_document_and_at_most_four_of_its_digits(
    world: World, desk: Staff, changed: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await desk.hand_out(await member_id(world, NUMBER), **changed)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert [(one["pointer"], one["code"]) for one in answer.body["errors"]] == [(pointer, code)]
    assert await world.count("deliveries") == 0


async def test_r_35_a_repeated_hand_out_is_one_mail_and_one_row(world: World, desk: Staff) -> None:
    known = await member_id(world, NUMBER)

    answers = await asyncio.gather(*(desk.hand_out(known, "k-1") for _ in range(5)))

    assert {one.status for one in answers} == {201}
    assert len({one.raw for one in answers}) == 1
    assert len(await world.deliveries("serial_handout")) == 1
    assert len(await audited(world, "hand-out-serial")) == 1


async def test_r_12_one_person_hands_out_twenty_an_hour_even_all_at_once(
    world: World, desk: Staff
) -> None:
    families = holders(24)
    await world.loader.lines([*FAMILY, *families])
    ids = [await member_id(world, line.affiliation_number) for line in families]

    async def insist(member: UUID) -> Answered:
        """Twenty-four wait for one lock: on a busy machine the last may be told to come again."""
        answer = await desk.hand_out(member)
        for _ in range(4):
            if answer.status == 503:
                answer = await desk.hand_out(member)
        return answer

    answers = await asyncio.gather(*(insist(one) for one in ids))

    statuses = sorted(one.status for one in answers)
    assert statuses == [201] * 20 + [429] * 4
    refused = next(one for one in answers if one.status == 429)
    assert refused.headers["Retry-After"] == "3600"
    assert await world.count("deliveries") == 20
    assert len(await audited(world, "hand-out-serial")) == 24
    world.clock.forward(hours=1)
    later = await staff(world, "front_desk", email=desk.email)
    assert later.account_id == desk.account_id
    assert (await later.hand_out(await member_id(world, NUMBER))).status == 201


async def test_r_12_a_family_gets_three_a_day_whoever_hands_out(world: World, desk: Staff) -> None:
    other = await staff(world, "archive")
    holder, spouse = await member_id(world, NUMBER), await member_id(world, SPOUSE)

    answers = [
        await desk.hand_out(holder), await other.hand_out(spouse), await desk.hand_out(spouse),
        await other.hand_out(holder),
    ]  # fmt: skip

    assert [one.status for one in answers] == [201, 201, 201, 429]
    assert answers[-1].headers["Retry-After"] == "86400"


async def test_r_12_the_serial_stands_in_no_row_that_can_be_read(world: World, desk: Staff) -> None:
    await world.activated()
    await desk.hand_out(await member_id(world, NUMBER))
    content = await everything(world)

    assert "identity.delivery.requested" in content
    assert "INE, termina en 1234" in content
    assert SERIAL not in content
    assert "ventanilla@example.org" not in content
