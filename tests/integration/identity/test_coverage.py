"""Coverage that ends is told once, whoever notices it first (R-20, R-34)."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from builders.identity import World
from builders.roll import (
    FAMILY,
    NOW,
    TODAY,
    holders,
)

from identity.usecases.lapse_members import lapse_members


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
