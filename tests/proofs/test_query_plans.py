"""The four hot reads go by index alone, and take as long at five million appointments as at few."""

import json
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

import asyncpg
from builders.hot_reads import READS, Read, Someone, people
from builders.scheduling import PROFILE, local
from builders.scheduling_history import (
    TODAY,
    History,
    fill,
)
from databases import Database as Made
from databases import Databases
from proofs.sizes import FULL, size

from scheduling.usecases.adopt_profile import adopt_profile
from shared.database import Transaction, open_database, server_settings

FEW = History(size(5_000, 100_000), doctors=size(20, 200), members=size(61, 6007))
MANY = History(size(20_000, 5_000_000), doctors=FEW.doctors, members=FEW.members)
ROUNDS, CALLS = size(3, 15), size(10, 40)
AIM = 1.5
NOW = local(TODAY, 6)
TABLES = {"appointments", "slots", "agenda_days", "members", "member_descriptions"}
NEVER_WHOLE = {"Seq Scan", "Parallel Seq Scan"}


@dataclass(slots=True)
class Recorder:
    """A connection that remembers the statements it was given."""

    connection: asyncpg.Connection
    given: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    async def fetch(self, sql: str, *arguments: object) -> Any:
        self.given.append((sql, arguments))
        return await self.connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: object) -> Any:
        self.given.append((sql, arguments))
        return await self.connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: object) -> Any:
        self.given.append((sql, arguments))
        return await self.connection.fetchval(sql, *arguments)


@asynccontextmanager
async def filled(databases: Databases, history: History) -> AsyncIterator[tuple[Made, int, float]]:
    """A database with the history, dropped after; how many appointments, and the seconds taken."""
    made = await databases.create("scheduling")
    try:
        async with open_database(made.app_url, name="test", size=2) as database:
            await adopt_profile(database, PROFILE)
        owner = await asyncpg.connect(made.owner_url)
        began = time.perf_counter()
        try:
            count = await fill(owner, history)
        finally:
            await owner.close()
        yield made, count, time.perf_counter() - began
    finally:
        await databases.drop(made.name)


async def reader(made: Made, **settings: str) -> asyncpg.Connection:
    """A connection as the service's, with a setting more."""
    return await asyncpg.connect(made.app_url, server_settings=server_settings("test") | settings)


def relations(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """`(table, way)` of every scan in a plan."""
    if "Relation Name" in plan:
        yield plan["Relation Name"], plan["Node Type"]
    for below in plan.get("Plans", ()):
        yield from relations(below)


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, asyncpg.Range):
        return "'empty'" if value.isempty else f"'[{value.lower},{value.upper})'"
    return "'" + str(value).replace("'", "''") + "'"


async def whole_tables(made: Made, read: Read, someone: Someone, mode: str) -> list[str]:
    """Scans of whole tables that the read's statements are planned with."""
    connection = await reader(made, plan_cache_mode=mode)
    found = []
    try:
        recorder = Recorder(connection)
        await read(cast("Transaction", recorder), someone)
        for place, (sql, arguments) in enumerate(recorder.given):
            await connection.execute(f"PREPARE read_{place} AS {sql}")
            given = f"({', '.join(literal(value) for value in arguments)})" if arguments else ""
            told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE read_{place}{given}")
            for table, way in relations(json.loads(told)[0]["Plan"]):
                if table in TABLES and way in NEVER_WHOLE:
                    found.append(f"{way} of {table} ({mode}) in {sql.strip()[:60]}")
    finally:
        await connection.close()
    return found


async def measured(connection: asyncpg.Connection, read: Read, one: Someone) -> tuple[float, int]:
    """Milliseconds, and rows."""
    began = time.perf_counter()
    rows = await read(cast("Transaction", connection), one)
    return (time.perf_counter() - began) * 1000, rows


async def test_the_hot_reads_go_by_index_and_stay_flat(
    databases: Databases, figures: Callable[[str], None]
) -> None:
    async with filled(databases, FEW) as few, filled(databases, MANY) as many:
        for _, count, seconds in (few, many):
            figures(f"{count} appointments made in {seconds:.0f} s")
        scans = [
            scan
            for made, _, _ in (few, many)
            for name, read in READS.items()
            for mode in ("force_custom_plan", "force_generic_plan")
            for scan in await whole_tables(made, read, next(people(MANY, 1)), mode)
        ]
        ratios = {name: await ratio(few[0], many[0], name, figures) for name in READS}
    figures(f"scans of whole tables: {len(scans)}")
    assert scans == []
    if FULL:
        assert {name: found for name, found in ratios.items() if found > AIM} == {}


async def ratio(few: Made, many: Made, name: str, figures: Callable[[str], None]) -> float:
    """Both in turn, so that the machine's other work weighs on both: the median of the rounds."""
    read = READS[name]
    taken: tuple[list[float], list[float]] = ([], [])
    per_round: list[float] = []
    rows = [0, 0]
    connections = [await reader(few), await reader(many)]
    try:
        for turn in range(ROUNDS + 1):
            round_ms: tuple[list[float], list[float]] = ([], [])
            for one in islice(people(MANY, turn), CALLS):
                for place, connection in enumerate(connections):
                    spent, count = await measured(connection, read, one)
                    round_ms[place].append(spent)
                    rows[place] += count if turn else 0
            # The first round warms plans and pages up.
            if turn:
                per_round.append(statistics.median(round_ms[1]) / statistics.median(round_ms[0]))
                for place in (0, 1):
                    taken[place].extend(round_ms[place])
    finally:
        for connection in connections:
            await connection.close()
    few_ms, many_ms = (statistics.median(spent) for spent in taken)
    middle = statistics.median(per_round)
    figures(
        f"{name}: p50 {few_ms:.2f} ms at few, {many_ms:.2f} ms at many, ratio {middle:.2f}"
        f" ({min(per_round):.2f} to {max(per_round):.2f}); {len(taken[1])} reads each, of"
        f" {rows[1] / len(taken[1]):.1f} rows"
    )
    # What was read is alike, and is something.
    assert 0 < rows[0] <= rows[1] * 2 <= rows[0] * 4, rows
    return middle
