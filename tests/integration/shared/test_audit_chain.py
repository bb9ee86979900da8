"""The audit's chain on a real database: what was recorded stays, or is found to be changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from databases import _LOGINS
from databases import Database as Made

from deploy.postgres.provision import provision
from shared import audit, audit_chain
from shared.audit import Actor
from shared.audit_chain import Head, Kind, Verdict
from shared.database import Database, open_database
from shared.ids import uuid7

NOW = datetime(2031, 3, 1, 18, 0, 0, 250_000, tzinfo=UTC)
ACTOR = Actor(uuid7(), "front_desk", "U1")
RELINK = "audit_bytes(l.number, (SELECT a FROM audit a WHERE a.audit_id = l.audit_id))"


@dataclass(slots=True)
class Chained:
    """A service's database, opened as the service does; `owner` may do as it likes."""

    given: Made
    database: Database
    owner: asyncpg.Connection
    told: list[tuple[int, Kind]] = field(default_factory=list)

    async def acts(self, count: int) -> None:
        """So many rows, then linked."""
        for number in range(count):
            async with self.database.transaction() as tx:
                at = NOW + timedelta(seconds=number)
                await audit.record(tx, ACTOR, "try-things", [uuid7()], reason="ñandú, 1", now=at)
        await audit_chain.link(self.database)

    async def verify(self, seen: Head | None = None) -> Verdict:
        self.told.clear()
        return await audit_chain.verify(
            self.database, lambda number, kind: self.told.append((number, kind)), seen=seen
        )

    async def shift(self, first: int, by: int) -> None:
        """Moves all links from `first` on, as who hides an insertion or a deletion would."""
        await self.owner.execute(
            "UPDATE audit_links SET number = -number - $2 WHERE number >= $1", first, by
        )
        await self.owner.execute("UPDATE audit_links SET number = -number WHERE number < 0")


@pytest.fixture
async def chained(
    new_database: Callable[[str], Awaitable[Made]],
) -> AsyncIterator[Chained]:
    given = await new_database("notifications")
    owner = await asyncpg.connect(given.owner_url)
    async with open_database(given.app_url, name="tests", size=4) as database:
        yield Chained(given, database, owner)
    await owner.close()


async def test_an_untouched_chain_is_whole_and_its_numbers_have_no_gaps(chained: Chained) -> None:
    await chained.acts(5)

    found = await chained.verify()

    assert (found.whole, found.head.number, found.waiting, found.stray) == (True, 5, 0, 0)
    assert chained.told == []
    numbers = await chained.owner.fetch("SELECT number FROM audit_links ORDER BY number")
    assert [row["number"] for row in numbers] == [1, 2, 3, 4, 5]


async def test_sql_and_python_read_every_row_alike_page_by_page(chained: Chained) -> None:
    texts = ["", "a:1,-", "dos\nlíneas\t\x7f", "\U0001f4c4", None]
    rows = [
        (
            uuid7(),
            NOW + timedelta(microseconds=number) if number % 3 else NOW.replace(microsecond=0),
            uuid7() if number % 2 else None,
            [uuid7()] * (number % 4),
            texts[number % 5],
        )
        for number in range(2_500)
    ]
    await chained.owner.executemany(
        "INSERT INTO audit VALUES ($1, $2, $3, 'doctor', NULL, 'look', $4, 'done', $5)", rows
    )

    assert await audit_chain.link(chained.database) == 2_500
    found = await chained.verify()

    assert chained.told == []
    assert (found.whole, found.head.number) == (True, 2_500)


@pytest.mark.parametrize(
    "change",
    [
        "reason = overlay(reason PLACING 'n' FROM 1 FOR 1)",
        "at = at + interval '1 microsecond'",
        "subjects = '{}'",
        "outcome = 'done '",
        "unit = NULL",
        "actor_id = NULL",
    ],
)
async def test_one_byte_changed_is_found_at_its_number(chained: Chained, change: str) -> None:
    await chained.acts(5)

    await chained.owner.execute(
        f"UPDATE audit SET {change}"
        " WHERE audit_id = (SELECT audit_id FROM audit_links WHERE number = 3)"
    )

    assert not (await chained.verify()).whole
    assert chained.told == [(3, "changed")]


async def test_a_deleted_row_is_found_at_its_number(chained: Chained) -> None:
    await chained.acts(5)
    third = "audit_id = (SELECT audit_id FROM audit_links WHERE number = 3)"

    await chained.owner.execute(f"DELETE FROM audit WHERE {third}")

    assert not (await chained.verify()).whole
    assert chained.told == [(3, "missing")]


async def test_a_row_deleted_with_its_link_is_found_at_its_number(chained: Chained) -> None:
    await chained.acts(5)
    gone = await chained.owner.fetchval(
        "DELETE FROM audit_links WHERE number = 3 RETURNING audit_id"
    )
    await chained.owner.execute("DELETE FROM audit WHERE audit_id = $1", gone)

    await chained.verify()
    assert chained.told == [(3, "no-link")]

    await chained.shift(4, -1)
    assert not (await chained.verify()).whole
    assert chained.told[0] == (3, "changed")


async def test_an_inserted_row_is_found_at_its_number(chained: Chained) -> None:
    await chained.acts(5)
    await chained.shift(3, 1)
    await chained.owner.execute(
        "INSERT INTO audit SELECT $1, at, actor_id, role, unit, operation, subjects, outcome,"
        " reason FROM audit LIMIT 1",
        forged := uuid7(),
    )
    await chained.owner.execute("DELETE FROM audit_unlinked")
    await chained.owner.execute("INSERT INTO audit_links VALUES (3, $1, sha256('made up'))", forged)

    assert not (await chained.verify()).whole
    assert chained.told[0] == (3, "changed")

    # With the digest that its place asks for, the next one gives it away.
    await chained.owner.execute(
        f"UPDATE audit_links l SET digest = sha256("
        f"(SELECT digest FROM audit_links WHERE number = 2) || {RELINK}) WHERE number = 3"
    )
    assert not (await chained.verify()).whole
    assert chained.told[0] == (4, "changed")


async def test_a_row_kept_out_of_the_chain_is_told_apart(chained: Chained) -> None:
    await chained.acts(2)
    async with chained.database.transaction() as tx:
        await audit.record(tx, ACTOR, "try-things", [], now=NOW)

    waiting = await chained.verify()
    await chained.owner.execute("DELETE FROM audit_unlinked")
    stray = await chained.verify()

    assert (waiting.whole, waiting.waiting, waiting.stray) == (True, 1, 0)
    assert (stray.whole, stray.waiting, stray.stray) == (False, 0, 1)


async def test_two_rows_that_change_places_are_found_at_both_numbers(chained: Chained) -> None:
    await chained.acts(6)

    await chained.owner.execute("UPDATE audit_links SET number = -number WHERE number IN (2, 5)")
    await chained.owner.execute(
        "UPDATE audit_links SET number = CASE number WHEN -2 THEN 5 ELSE 2 END WHERE number < 0"
    )

    assert not (await chained.verify()).whole
    assert [number for number, _ in chained.told] == [2, 3, 5, 6]

    await chained.owner.execute("DELETE FROM audit_links")
    await chained.owner.execute("INSERT INTO audit_unlinked (audit_id) SELECT audit_id FROM audit")
    await audit_chain.link(chained.database)
    await chained.owner.execute(
        "UPDATE audit a SET reason = CASE l.number WHEN 2 THEN 'five' ELSE 'two' END"
        " FROM audit_links l WHERE l.audit_id = a.audit_id AND l.number IN (2, 5)"
    )
    await chained.verify()
    assert chained.told == [(2, "changed"), (5, "changed")]


async def test_a_cut_end_and_a_chain_made_anew_disagree_with_the_head_told_before(
    chained: Chained,
) -> None:
    await chained.acts(5)
    seen = await audit_chain.head(chained.database)
    assert (await chained.verify(seen)).whole

    await chained.owner.execute("DELETE FROM audit_links WHERE number = 5")
    await chained.owner.execute(
        "DELETE FROM audit a WHERE NOT EXISTS ("
        "SELECT FROM audit_links l WHERE l.audit_id = a.audit_id)"
    )
    assert (await chained.verify()).whole
    assert not (await chained.verify(seen)).whole
    assert chained.told == [(5, "other-head")]

    await chained.acts(1)
    assert (await chained.verify()).whole
    assert not (await chained.verify(seen)).whole
    assert chained.told == [(5, "other-head")]


async def test_a_row_that_commits_late_is_linked_later(chained: Chained) -> None:
    async with chained.database.transaction() as late:
        await audit.record(late, ACTOR, "first-begun", [], now=NOW)
        async with chained.database.transaction() as tx:
            await audit.record(tx, ACTOR, "first-committed", [], now=NOW)
        assert await audit_chain.link(chained.database) == 1
    assert await audit_chain.link(chained.database) == 1

    rows = await chained.owner.fetch(
        "SELECT operation FROM audit JOIN audit_links USING (audit_id) ORDER BY number"
    )
    assert [row["operation"] for row in rows] == ["first-committed", "first-begun"]
    assert (await chained.verify()).whole


async def test_a_row_that_rolls_back_leaves_no_gap(chained: Chained) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with chained.database.transaction() as tx:
            await audit.record(tx, ACTOR, "try-things", [], now=NOW)
            raise ZeroDivisionError
    await chained.acts(2)

    assert (await chained.verify()).head.number == 2


async def test_several_processes_link_side_by_side_and_make_one_chain(chained: Chained) -> None:
    async def write() -> None:
        for _ in range(40):
            async with chained.database.transaction() as tx:
                await audit.record(tx, ACTOR, "try-things", [], now=NOW)

    async def link() -> None:
        for _ in range(40):
            await audit_chain.link(chained.database)

    await asyncio.gather(write(), write(), link(), link(), link())
    await audit_chain.link(chained.database)

    found = await chained.verify()
    assert (found.whole, found.head.number, found.waiting) == (True, 80, 0)


FORBIDDEN = [
    "UPDATE audit SET reason = 'x'",
    "DELETE FROM audit",
    "TRUNCATE audit",
    "INSERT INTO audit_links VALUES (99, gen_random_uuid(), '')",
    "UPDATE audit_links SET number = number + 1",
    "DELETE FROM audit_links",
    "TRUNCATE audit_links",
    "INSERT INTO audit_unlinked (audit_id) VALUES (gen_random_uuid())",
    "DELETE FROM audit_unlinked",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "DROP TABLE audit",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_service_itself_can_only_add(chained: Chained, statement: str) -> None:
    await chained.acts(1)

    async with chained.database.connection() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_preparing_the_database_again_gives_no_right_back(chained: Chained) -> None:
    admin = chained.given.admin_url.rpartition("/")[0] + "/postgres"
    await provision(admin, "notifications", _LOGINS, chained.given.name)

    async with chained.database.connection() as connection:
        for statement in FORBIDDEN[:3]:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        assert await connection.fetchval("SELECT count(*) FROM mails") == 0
