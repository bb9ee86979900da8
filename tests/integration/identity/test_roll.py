"""The roll: all of a file or nothing, each change told once, in sequence (R-01)."""

from dataclasses import replace
from uuid import UUID

import orjson
from builders.identity import World
from builders.roll import (
    DELIVERY_KEY,
    FAMILY,
    NOW,
    NUMBER,
    OTHER_UNIT,
    SERIAL,
    SPOUSE,
    UNIT,
    Line,
    roll_text,
)

from identity.queries.present_state import members as present_members
from identity.sealing import Keyring, serial_context
from shared.contracts.identity import MemberDescribed, MemberRegistered
from shared.outbox import envelope


async def test_r_01_new_members_are_told_in_public_and_described_in_private(
    empty: World,
) -> None:
    counts = await empty.loader.lines(FAMILY)

    assert counts is not None
    assert (counts.members, counts.families, counts.registered) == (2, 1, 2)
    public = await empty.events("identity.member.registered")
    private = await empty.events("identity.member.described")
    assert [event["data"]["holder"] for event in public] == [True, False]
    assert {event["data"]["family_id"] for event in public + private} == {
        public[0]["data"]["family_id"]
    }
    assert public[0]["data"] | {"member_id": "", "family_id": ""} == {
        "member_id": "",
        "family_id": "",
        "holder": True,
        "relation": "holder",
        "home_unit": UNIT,
        "valid_from": "2010-01-01",
        "valid_to": None,
    }
    assert private[0]["data"]["display_name"] == "Ana Muestra Modelo"
    async with empty.database.connection() as connection:
        assert await connection.fetchval("SELECT array_agg(DISTINCT lane) FROM outbox") == [1]
        assert await connection.fetchval("SELECT count(*) FROM roll_staging") == 0


async def test_events_built_in_sql_are_those_that_python_builds_byte_for_byte(
    empty: World,
) -> None:
    odd = replace(Line(), given_names='Ana "la" \\ Ñ', second_surname="", valid_to="2033-12-31")
    await empty.loader.lines([odd])

    async with empty.database.connection() as connection:
        rows = await connection.fetch("SELECT event_id, routing_key, body FROM outbox")
    kinds = {kind.routing_key: kind for kind in (MemberRegistered, MemberDescribed)}
    assert len(rows) == 2
    for row in rows:
        data = orjson.loads(row["body"])["data"]
        fact = kinds[row["routing_key"]].model_validate(data)
        assert row["body"] == envelope(fact, event_id=row["event_id"], sequence=1, now=NOW)
        assert UUID(str(row["event_id"])).version == 7


async def test_r_01_a_second_load_of_the_same_file_changes_nothing(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    before = await empty.count("outbox")

    assert await empty.loader.lines(FAMILY) is None
    assert await empty.count("outbox") == before
    assert await empty.count("roll_loads") == 1


async def test_the_same_people_in_another_order_are_no_change_either(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    before = await empty.count("outbox")

    counts = await empty.loader.lines(FAMILY[::-1])

    assert counts is not None
    assert (counts.registered, counts.changed, counts.lapsed) == (0, 0, 0)
    assert await empty.count("outbox") == before


async def test_each_change_moves_only_the_history_that_it_belongs_to(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    moved = replace(FAMILY[0], home_unit=OTHER_UNIT)
    renamed = replace(FAMILY[1], given_names="Luis Alberto")

    counts = await empty.loader.lines([moved, renamed])

    assert counts is not None
    assert (counts.changed, counts.lapsed) == (2, 0)
    (public,) = await empty.events("identity.member.changed")
    assert (public["sequence"], public["data"]["home_unit"]) == ("0000000002", OTHER_UNIT)
    private = (await empty.events("identity.member.described"))[2:]
    assert [event["data"]["display_name"] for event in private] == ["Luis Alberto Muestra Modelo"]
    assert private[0]["sequence"] == "0000000002"


async def test_a_relative_who_becomes_a_holder_changes_family(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    alone = replace(FAMILY[1], holder_number=SPOUSE, relation="holder", serial_number="BBBB3333")

    await empty.loader.lines([FAMILY[0], alone])

    (changed,) = await empty.events("identity.member.changed")
    registered = await empty.events("identity.member.registered")
    assert changed["data"]["holder"] is True
    assert changed["data"]["family_id"] != registered[0]["data"]["family_id"]
    described = (await empty.events("identity.member.described"))[-1]
    assert described["data"]["family_id"] == changed["data"]["family_id"]
    assert (await empty.register(affiliation_number=SPOUSE)).slug == "roll-mismatch"
    proven = await empty.register(affiliation_number=SPOUSE, serial_number="BBBB3333")
    assert proven.status == 202


async def test_m_5_a_formula_is_a_name_like_any_other(empty: World) -> None:
    await empty.loader.lines([replace(Line(), given_names="=cmd|' /C calc'!A0")])

    (described,) = await empty.events("identity.member.described")
    assert described["data"]["display_name"].startswith("=cmd|' /C calc'!A0 ")


async def test_lines_may_end_as_windows_ends_them(empty: World) -> None:
    counts = await empty.loader.text(roll_text(FAMILY).replace("\n", "\r\n"))

    assert counts is not None
    assert counts.members == 2


async def test_serials_are_kept_so_that_only_the_key_opens_them(empty: World) -> None:
    await empty.loader.lines(FAMILY)

    async with empty.database.connection() as connection:
        (row,) = await connection.fetch("SELECT serial_digest, serial_sealed FROM families")
    keyring = Keyring(DELIVERY_KEY)
    assert keyring.open(row["serial_sealed"], serial_context(NUMBER)) == SERIAL.encode()
    assert keyring.matches("serial", SERIAL, row["serial_digest"])


async def test_republishing_says_of_each_member_what_is_true_now(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    await empty.loader.lines([replace(FAMILY[0], home_unit=OTHER_UNIT)], confirmed=True)

    facts = [(fact, sequence) async for fact, sequence in present_members(empty.database)]

    public = [(type(fact).__name__, sequence) for fact, sequence in facts[::2]]
    assert sorted(public) == [("MemberChanged", 2), ("MemberLapsed", 2)]
    assert [sequence for _, sequence in facts[1::2]] == [1, 1]
