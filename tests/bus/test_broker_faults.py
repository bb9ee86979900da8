"""A broker that is absent, restarts, is killed or hangs under load: nothing lost, nothing twice."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

import pytest
from builders.messaging import NOW, Bus, bus_on, consuming, member, relaying, until
from builders.pace import within

from deploy.local.server import Broker
from shared import outbox
from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.received import Received

QUEUE = "scheduling.members"
SETTLED_SECONDS = 11.0
"""A quorum queue of RabbitMQ 3.10 survives a kill only when it was declared so long ago."""


@pytest.fixture(scope="module")
async def private_bus(private_rabbitmq: Broker) -> AsyncIterator[Bus]:
    async with bus_on(private_rabbitmq) as ready:
        await asyncio.sleep(SETTLED_SECONDS)
        yield ready


async def record(tx: Transaction, received: Received) -> None:
    event = received.event
    await tx.execute(
        "INSERT INTO effects VALUES ($1, $2, $3)", event.id, event.subject, event.version
    )


class Load:
    """Adds five events every 20 ms until stopped, as requests would that know of no broker."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = asyncio.Event()
        self.added = 0
        self.slowest = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            rows = [outbox.row(member(), sequence=1, now=NOW) for _ in range(5)]
            async with self._database.transaction() as tx:
                await outbox.add_rows(tx, rows, lane=0)
            self.added += len(rows)
            self.slowest = max(self.slowest, loop.time() - began)
            await asyncio.sleep(0.02)

    def stop(self) -> None:
        self._stopping.set()


async def effects(database: Database) -> tuple[int, int]:
    """How many effects there are, and of how many events."""
    async with database.connection() as tx:
        row = await tx.fetchrow("SELECT count(*), count(DISTINCT event_id) FROM effects")
    assert row is not None
    return row[0], row[1]


async def every_event_is_applied_once(bus: Bus, database: Database, added: int) -> None:
    """Waits until outbox and queue are empty, then counts."""

    async def quiet() -> bool:
        async with database.connection() as tx:
            waiting = (await outbox.backlog(tx)).depth
        return (
            waiting == 0 and await bus.depth(QUEUE) == 0 and (await effects(database))[1] >= added
        )

    with contextlib.suppress(TimeoutError):
        await until(quiet, within(30))
    async with database.connection() as tx:
        waiting = (await outbox.backlog(tx)).depth
    left = {"outbox": waiting, "queue": await bus.depth(QUEUE)}
    left["dead"] = await bus.depth(f"{QUEUE}.dead")
    assert (*await effects(database), left) == (
        added,
        added,
        {"outbox": 0, "queue": 0, "dead": 0},
    )


async def test_a_broker_that_is_absent_at_the_start_is_awaited(
    private_rabbitmq: Broker, private_bus: Bus, database: Database, database_url: str
) -> None:
    await private_rabbitmq.stop()
    async with (
        relaying(database_url, private_bus.url("identity")) as relay,
        consuming(database, private_bus.url("scheduling"), QUEUE, {MemberChanged: record}),
    ):
        async with database.transaction() as tx:
            await outbox.add(tx, member(), sequence=1, now=NOW)
        await asyncio.sleep(1)
        assert not relay.linked
        await private_rabbitmq.start()
        began = asyncio.get_running_loop().time()
        await every_event_is_applied_once(private_bus, database, 1)
        assert asyncio.get_running_loop().time() - began < within(5)


@pytest.mark.parametrize("end", ["restarted", "killed"])
async def test_a_broker_that_ends_under_load_costs_no_event_and_doubles_none(
    private_rabbitmq: Broker, private_bus: Bus, database: Database, database_url: str, end: str
) -> None:
    load = Load(database)
    async with (
        relaying(database_url, private_bus.url("identity")) as relay,
        consuming(database, private_bus.url("scheduling"), QUEUE, {MemberChanged: record}),
        asyncio.TaskGroup() as group,
    ):
        database.on_commit(relay.wake)
        adding = group.create_task(load.run())
        await until(lambda: relay.relayed > 100)
        await (private_rabbitmq.kill() if end == "killed" else private_rabbitmq.stop())
        await asyncio.sleep(1)
        await private_rabbitmq.start()
        before = relay.relayed
        await until(lambda: relay.relayed > before + 100, within(20))
        load.stop()
        await adding
        await every_event_is_applied_once(private_bus, database, load.added)
    assert load.slowest < within(1)


async def test_a_broker_that_hangs_is_given_two_seconds_and_is_back_within_one(
    private_rabbitmq: Broker, private_bus: Bus, database: Database, database_url: str
) -> None:
    """Stopped long enough for publishing to time out, and for the heartbeat to find both links."""
    load = Load(database)
    async with (
        relaying(database_url, private_bus.url("identity")) as relay,
        consuming(database, private_bus.url("scheduling"), QUEUE, {MemberChanged: record}),
        asyncio.TaskGroup() as group,
    ):
        database.on_commit(relay.wake)
        adding = group.create_task(load.run())
        await until(lambda: relay.relayed > 100)
        os.killpg(private_rabbitmq.pid, signal.SIGSTOP)  # the program is a script of several
        try:
            await until(lambda: not relay.linked, within(4))
            stuck = relay.relayed
            await asyncio.sleep(21)
            assert relay.relayed == stuck
        finally:
            os.killpg(private_rabbitmq.pid, signal.SIGCONT)
        await until(lambda: relay.relayed > stuck, within(1))
        await until(lambda: relay.relayed > stuck + 200, within(5))
        load.stop()
        await adding
        await every_event_is_applied_once(private_bus, database, load.added)
    assert load.slowest < within(1)
