"""The audit as auditors read it: pages, filters, and the reading itself in it (decision 13)."""

from typing import Any
from urllib.parse import quote

import pytest
from builders.identity import World
from builders.roll import NUMBER
from builders.staff import Staff, audited, member_id, staff

from shared import audit_chain
from shared.ids import uuid7


@pytest.fixture
async def auditor(world: World) -> Staff:
    return await staff(world, "auditor")


async def items(reader: Staff, query: str = "") -> list[dict[str, Any]]:
    answer = await reader.get(f"/v1/staff/audit{query}")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.body["items"]
    return found


async def test_a_row_says_who_did_what_on_whom_and_how_it_ended(
    world: World, auditor: Staff
) -> None:
    clerk, member = await staff(world, "front_desk"), await member_id(world, NUMBER)
    await clerk.hand_out(member)
    await audit_chain.link(world.database)

    (row,) = await items(auditor, "?operation=hand-out-serial")

    assert row["actor"]["account_id"] == str(clerk.account_id)
    assert row["actor"]["role"] == "front_desk"
    assert (row["outcome"], row["reason"], row["number"]) == ("done", "INE, termina en 1234", 1)
    assert str(member) in row["subjects"]
    assert set(row) == {
        "id", "number", "at", "actor", "operation", "subjects", "outcome", "reason",
    }  # fmt: skip


async def test_reading_is_audited_with_whom_it_was_about(world: World, auditor: Staff) -> None:
    about, by = uuid7(), uuid7()

    await items(auditor, f"?subject={about}&actor={by}")
    mine = await items(auditor, f"?actor={auditor.account_id}")

    assert [row["operation"] for row in mine] == ["read-audit"]
    rows = await audited(world, "read-audit")
    assert [row["subjects"] for row in rows] == [[by, about], [auditor.account_id]]


async def test_pages_follow_one_another_the_newest_first_without_loss(
    world: World, auditor: Staff
) -> None:
    clerk = await staff(world, "front_desk")
    for _ in range(7):
        await clerk.hand_out(uuid7())
        world.clock.forward(seconds=1)

    query, seen = "?operation=hand-out-serial&limit=3", list[dict[str, Any]]()
    cursor: str | None = ""
    while cursor is not None:
        answer = await auditor.get(f"/v1/staff/audit{query}{cursor and f'&cursor={cursor}'}")
        seen += answer.body["items"]
        cursor = answer.body["next"]

    assert len({row["id"] for row in seen}) == len(seen) == 7
    assert [row["at"] for row in seen] == sorted((row["at"] for row in seen), reverse=True)
    assert {row["outcome"] for row in seen} == {"not-found"}


async def test_from_is_included_and_to_is_not(world: World, auditor: Staff) -> None:
    clerk = await staff(world, "front_desk")
    instants = []
    for _ in range(3):
        instants.append(world.clock().isoformat())
        await clerk.hand_out(uuid7())
        world.clock.forward(seconds=1)

    first, _, last = map(quote, instants)
    found = await items(auditor, f"?operation=hand-out-serial&from={first}&to={last}")

    assert len(found) == 2


@pytest.mark.parametrize(
    "query",
    ["?actor=1", "?operation=DROP%20TABLE", "?from=2031-03-01", "?limit=101", "?cursor=%00",
     "?cursor=AAAA", "?from=0"],
)  # fmt: skip
async def test_a_query_that_cannot_be_read_is_malformed(auditor: Staff, query: str) -> None:
    answer = await auditor.get(f"/v1/staff/audit{query}")

    assert (answer.status, answer.slug) == (400, "malformed-request")


async def test_the_job_links_what_was_done_within_seconds(world: World, auditor: Staff) -> None:
    await items(auditor)

    found = await audit_chain.verify(world.database, lambda _number, _kind: None)

    assert found.whole
    assert found.head.number + found.waiting == 1
