"""Work that runs out of time: too heavy an event is buried, and a hung database's never are."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from builders.effects import KEY, QUEUE, body, counted, record, settled
from builders.messaging import Bus, consuming, member, messaging_database, pool
from builders.pace import within

from deploy.local.server import Server
from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.received import Received

HEAVY = 2
STATEMENT_SECONDS, PATIENCE_SECONDS = 2.5, 3.0
"""The server ends a statement after the first, the pool ends all work after the second."""


@pytest.fixture(autouse=True)
async def _empty_queues(bus: Bus) -> None:
    await bus.purge(QUEUE)


@pytest.fixture
async def hanging(private_postgres: Server) -> AsyncIterator[Database]:
    """A database on a server that the test may stop."""
    async with messaging_database(private_postgres.url) as url, pool(url) as database:
        yield database


@pytest.mark.parametrize(
    ("seconds", "times"), [(6.0, 1), (0.4, 30)], ids=["one statement", "many statements"]
)
async def test_an_event_too_heavy_for_its_time_is_buried_and_those_behind_it_are_applied(
    bus: Bus, database: Database, seconds: float, times: int
) -> None:
    async def works_long(tx: Transaction, received: Received) -> None:
        await record(tx, received)
        if received.event.version == HEAVY:
            for _ in range(times):
                await tx.execute("SELECT pg_sleep($1)", seconds)

    bodies = [body(member(), sequence=n) for n in (1, HEAVY, 3)]
    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: works_long}):
        await bus.send("identity", "sisa.events", KEY, *bodies)
        await settled(bus, database, 2, 1, seconds=within(40))
    (dead,) = await bus.take(f"{QUEUE}.dead", 1)
    assert (dead.headers["sisa-reason"], dead.headers["sisa-attempts"]) == ("failed", 3)
    assert dead.body.decode() == bodies[1]
    assert await counted(database) == 2
    assert await bus.depth(QUEUE) == 0


async def test_a_database_that_hangs_again_and_again_costs_no_event(
    bus: Bus, hanging: Database, private_postgres: Server
) -> None:
    """Each time it wakes it says that the statement took too long, which is no fault of any."""
    working: asyncio.Queue[None] = asyncio.Queue()

    async def works_a_moment(tx: Transaction, received: Received) -> None:
        working.put_nowait(None)
        # Long enough to be stopped in the midst of it, and no longer than a statement may be.
        await tx.execute("SELECT pg_sleep(1.5)")
        await record(tx, received)

    async with consuming(hanging, bus.url("scheduling"), QUEUE, {MemberChanged: works_a_moment}):
        await bus.send("identity", "sisa.events", KEY, body(member()))
        for _ in range(5):
            async with asyncio.timeout(within(20)):
                await working.get()
            with stopped(private_postgres.pid):
                await asyncio.sleep((STATEMENT_SECONDS + PATIENCE_SECONDS) / 2)
        await settled(bus, hanging, 1, seconds=within(20))
    assert await counted(hanging) == 1
    assert await bus.depth(f"{QUEUE}.dead") == await bus.depth(QUEUE) == 0


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stops the server with all its sessions, as a machine that hangs, and lets it go on."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    tree = [pid, *map(int, children)]
    _signal(tree, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(tree, signal.SIGCONT)


def _signal(tree: list[int], number: signal.Signals) -> None:
    for one in tree:
        with suppress(ProcessLookupError):  # a session may end at any moment
            os.kill(one, number)
