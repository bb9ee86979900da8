"""The roll: all of a file or nothing, each change told once, in sequence (R-01)."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
import pytest
from identity_world import (
    DELIVERY_KEY,
    FAMILY,
    NOW,
    NUMBER,
    OTHER_UNIT,
    SERIAL,
    SPOUSE,
    TODAY,
    UNIT,
    Line,
    World,
    holders,
    roll_text,
)

from identity.queries.present_state import members as present_members
from identity.repository import roll_staging
from identity.sealing import Keyring, serial_context
from identity.usecases.lapse_members import lapse_members
from identity.usecases.load_roll import ConfirmationNeeded, LoadUnderWay, RollRefused
from shared.contracts.identity import MemberDescribed, MemberRegistered
from shared.outbox import envelope

HEAD = roll_text([])


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


async def test_who_leaves_the_roll_lapses_yesterday_and_who_returns_is_changed(
    empty: World,
) -> None:
    await empty.loader.lines(FAMILY)

    counts = await empty.loader.lines(FAMILY[:1], confirmed=True)

    assert counts is not None
    assert counts.lapsed == 1
    (lapsed,) = await empty.events("identity.member.lapsed")
    assert lapsed["data"]["valid_to"] == "2031-02-28"
    assert lapsed["sequence"] == "0000000002"
    back = await empty.loader.lines(FAMILY)
    assert back is not None
    assert back.changed == 1
    (changed,) = await empty.events("identity.member.changed")
    assert (changed["sequence"], changed["data"]["valid_to"]) == ("0000000003", None)


async def test_coverage_that_the_file_ends_is_told_as_lapsed_once(empty: World) -> None:
    await empty.loader.lines(FAMILY)
    ended = replace(FAMILY[1], valid_to="2031-02-27")

    await empty.loader.lines([FAMILY[0], ended])
    await empty.loader.lines([FAMILY[0], replace(ended, sex="X")])
    assert await lapse_members(empty.database, today=TODAY, now=NOW) == 0

    (lapsed,) = await empty.events("identity.member.lapsed")
    assert lapsed["data"]["valid_to"] == "2031-02-27"


async def test_coverage_ends_with_its_last_day_in_the_institutes_zone(empty: World) -> None:
    last = replace(FAMILY[1], valid_to="2031-03-01")
    await empty.loader.lines([FAMILY[0], last])

    # Midnight in Tijuana is eight o'clock UTC in March.
    day_over = datetime(2031, 3, 2, 8, 0, tzinfo=UTC)
    assert await lapse_members(empty.database, today=date(2031, 3, 1), now=NOW) == 0
    assert await lapse_members(empty.database, today=date(2031, 3, 2), now=day_over) == 1
    assert await lapse_members(empty.database, today=date(2031, 3, 2), now=day_over) == 0

    (lapsed,) = await empty.events("identity.member.lapsed")
    assert (lapsed["sequence"], lapsed["data"]["valid_to"]) == ("0000000002", "2031-03-01")


async def test_of_several_replicas_that_lapse_at_once_each_member_is_told_once(
    empty: World,
) -> None:
    await empty.loader.lines([replace(one, valid_to="2031-03-01") for one in holders(1200)])
    today = date(2031, 3, 2)

    counts = await asyncio.gather(
        *(lapse_members(empty.database, today=today, now=NOW) for _ in range(3))
    )

    assert sum(counts) == 1200
    assert len(await empty.events("identity.member.lapsed")) == 1200


_BAD = [
    (replace(Line(), affiliation_number="12", holder_number="12"), "affiliation_number"),
    (replace(Line(), affiliation_number="٩٠٠٠٠٠٠١"), "affiliation_number"),
    (replace(Line(), holder_number="90000002"), "holder_number"),
    (replace(Line(), relation="spouse"), "holder_number"),
    (replace(Line(), serial_number="0O1I0O1I"), "serial_number"),
    (replace(Line(), given_names=" "), "given_names"),
    (replace(Line(), given_names="Ana\x00"), "given_names"),
    (replace(Line(), first_surname="x" * 101), "first_surname"),
    (replace(Line(), birth_on="1980-02-30"), "birth_on"),
    (replace(Line(), birth_on="05/05/1980"), "birth_on"),
    (replace(Line(), birth_on="19800505"), "birth_on"),
    (replace(Line(), birth_on="2031-03-02"), "birth_on"),
    (replace(Line(), sex="femenino"), "sex"),
    (replace(Line(), relation="cousin"), "relation"),
    (replace(Line(), home_unit="BCXXX999999"), "home_unit"),
    (replace(Line(), valid_from=""), "valid_from"),
    (replace(Line(), valid_to="2009-12-31"), "valid_to"),
]


@pytest.mark.parametrize(("line", "column"), _BAD)
async def test_m_4_a_bad_line_refuses_the_whole_file_and_is_named_without_its_data(
    empty: World, line: Line, column: str
) -> None:
    good = holders(2)

    with pytest.raises(RollRefused):
        await empty.loader.lines([good[0], line, good[1]])

    assert {(number, name) for number, name, _ in empty.loader.reported} >= {(3, column)}
    assert {number for number, _, _ in empty.loader.reported} == {3}
    assert await empty.count("members") == 0
    assert await empty.count("outbox") == 0
    assert await empty.count("roll_staging") == 0


@pytest.mark.parametrize(
    ("lines", "reported"),
    [
        ([Line(), Line()], [(3, "affiliation_number", "stands-twice")]),
        ([FAMILY[1]], [(2, "holder_number", "no-such-holder")]),
        (
            [FAMILY[0], replace(FAMILY[1], serial_number="BBBB3333")],
            [(3, "serial_number", "differs-in-family")],
        ),
        (
            [FAMILY[0], replace(FAMILY[1], serial_number="")],
            [(3, "serial_number", "differs-in-family")],
        ),
        (
            [Line(), Line("90000009", "90000009")],
            [
                (2, "serial_number", "of-another-family"),
                (3, "serial_number", "of-another-family"),
            ],
        ),
        ([], [(1, "", "no-lines")]),
    ],
    ids=["twice", "no holder", "two serials", "half a serial", "shared serial", "nobody"],
)
async def test_m_4_what_no_line_shows_by_itself_refuses_the_file_too(
    empty: World, lines: list[Line], reported: list[tuple[int, str, str]]
) -> None:
    with pytest.raises(RollRefused):
        await empty.loader.lines(lines)

    assert empty.loader.reported == reported


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        (b"\xef\xbb\xbf" + HEAD.encode(), (1, "", "byte-order-mark")),
        (HEAD.encode("utf-16"), (1, "", "not-utf-8")),
        (b"PK\x03\x04" + b"\x00" * 64, (1, "", "header")),
        (HEAD.replace("valid_to", "until").encode(), (1, "", "header")),
        (HEAD.encode() + b'9,"unbalanced\n' + b"x" * 10, (2, "", "not-csv")),
        (HEAD.encode() + "Ñandú".encode("latin-1") + b"\n", (2, "", "not-utf-8")),
        (HEAD.encode() + b"x" * 3_000_000 + b"\n", (2, "", "too-long")),
        (HEAD.encode() + b"a,b\n", (2, "", "wrong-number-of-fields")),
    ],
    ids=["bom", "utf-16", "zip", "header", "quote", "latin-1", "endless", "fields"],
)
async def test_m_1_what_is_no_such_file_is_refused_by_line(
    empty: World, text: bytes, reported: tuple[int, str, str]
) -> None:
    with pytest.raises(RollRefused):
        await empty.loader.text(text)

    assert reported in empty.loader.reported
    assert await empty.count("members") == 0


async def test_an_unbalanced_quote_spoils_its_own_line_and_no_other(empty: World) -> None:
    text = roll_text([Line()]) + '"\n' + roll_text(holders(1)).split("\n", 1)[1] + "a,b\n"

    with pytest.raises(RollRefused):
        await empty.loader.text(text)

    assert empty.loader.reported == [(3, "", "not-csv"), (5, "", "wrong-number-of-fields")]


async def test_m_5_a_formula_is_a_name_like_any_other(empty: World) -> None:
    await empty.loader.lines([replace(Line(), given_names="=cmd|' /C calc'!A0")])

    (described,) = await empty.events("identity.member.described")
    assert described["data"]["display_name"].startswith("=cmd|' /C calc'!A0 ")


async def test_lines_may_end_as_windows_ends_them(empty: World) -> None:
    counts = await empty.loader.text(roll_text(FAMILY).replace("\n", "\r\n"))

    assert counts is not None
    assert counts.members == 2


async def test_m_7_a_file_that_takes_more_than_a_twentieth_away_must_be_confirmed(
    empty: World,
) -> None:
    families = holders(100)
    await empty.loader.lines(families)

    with pytest.raises(ConfirmationNeeded) as needed:
        await empty.loader.lines(families[:94])

    assert (needed.value.leaving, needed.value.on_roll) == (6, 100)
    assert await empty.events("identity.member.lapsed") == []
    five = await empty.loader.lines(families[:95])
    assert five is not None
    assert five.lapsed == 5
    most = await empty.loader.lines(families[:10], confirmed=True)
    assert most is not None
    assert most.lapsed == 85


async def test_m_8_two_loads_at_once_are_refused(empty: World) -> None:
    async with empty.database.transaction() as tx:
        assert await roll_staging.begin(tx)
        with pytest.raises(LoadUnderWay):
            await empty.loader.lines(FAMILY)

    assert await empty.loader.lines(FAMILY) is not None


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
