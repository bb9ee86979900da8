"""Files of the roll that are refused: every bad line is named, and nothing is changed (R-01)."""

from dataclasses import replace

import pytest
from builders.identity import World
from builders.roll import FAMILY, Line, holders, roll_text

from identity.repository import roll_staging
from identity.usecases.load_roll import ConfirmationNeeded, LoadUnderWay, RollRefused

HEAD = roll_text([])


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
