"""What a consumer promises of every message in its queue, on the real broker and database."""

import asyncio

import asyncpg
import pytest
from builders.effects import KEY, QUEUE, RECORD, body, counted, record, settled
from builders.messaging import Bus, consuming, member, pool, until
from builders.pace import within

from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.ids import uuid7
from shared.projection import keep
from shared.received import Received


@pytest.fixture(autouse=True)
async def _empty_queues(bus: Bus) -> None:
    await bus.purge(QUEUE)


async def project(tx: Transaction, received: Received) -> None:
    home_unit = received.event.data.home_unit
    await keep(tx, "members", received, key="member_id", home_unit=home_unit)


async def test_an_event_is_applied_once_however_often_it_is_delivered(
    bus: Bus, database: Database
) -> None:
    bodies = [body(member()) for _ in range(150)]
    last = body(member())
    await bus.send("identity", "sisa.events", KEY, *bodies, *bodies)
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
        await settled(bus, database, 150)
        await bus.send("identity", "sisa.events", KEY, *bodies, last)
        await settled(bus, database, 151)
    assert await counted(database) == 151
    assert await bus.depth(QUEUE) == await bus.depth(f"{QUEUE}.dead") == 0


async def test_versions_may_arrive_in_any_order(bus: Bus, database: Database) -> None:
    subject = uuid7()
    bodies = [body(member(n, subject), sequence=n) for n in (3, 1, 7, 2)]
    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: project}):
        for one in bodies:
            await bus.send("identity", "sisa.events", KEY, one)
        await until(lambda: _consumed(bus, database, 4))
    async with database.connection() as tx:
        row = await tx.fetchrow("SELECT sequence, home_unit FROM members")
    assert row is not None
    assert (row["sequence"], row["home_unit"]) == (7, "unit-7")


async def _consumed(bus: Bus, database: Database, events: int) -> bool:
    seen = await counted(database, "SELECT count(*) FROM inbox")
    return seen == events and await bus.depth(QUEUE) == 0


async def test_a_republished_event_replaces_what_is_held_whatever_its_sequence(
    bus: Bus, database: Database
) -> None:
    subject = uuid7()
    held = body(member(9, subject), sequence=9)
    present = body(member(4, subject), sequence=4, republished=True)
    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: project}):
        await bus.send("identity", "sisa.events", KEY, held)
        await until(lambda: _consumed(bus, database, 1))
        await bus.send("identity", "sisa.replay", QUEUE, present)
        await until(lambda: _consumed(bus, database, 2))
    assert await counted(database, "SELECT sequence FROM members") == 4


async def test_others_locks_are_waited_for_and_cost_no_message(
    bus: Bus, database: Database, database_url: str
) -> None:
    other = await asyncpg.connect(database_url)
    holding = other.transaction()
    await holding.start()
    await other.execute("LOCK TABLE effects IN ACCESS EXCLUSIVE MODE")
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
        await bus.send("identity", "sisa.events", KEY, body(member()), body(member()))
        await asyncio.sleep(2.5)  # longer than two lock time-outs
        await holding.rollback()
        await settled(bus, database, 2)
    await other.close()
    assert await bus.depth(f"{QUEUE}.dead") == 0


async def test_a_deadlock_repeats_the_batch(bus: Bus, database: Database) -> None:
    met: list[int] = []

    async def deadlocks_once(tx: Transaction, received: Received) -> None:
        await record(tx, received)
        if not met:
            met.append(1)
            await tx.execute("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")

    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: deadlocks_once}):
        await bus.send("identity", "sisa.events", KEY, body(member()), body(member()))
        await settled(bus, database, 2)
    assert await counted(database) == 2


async def test_a_consumer_whose_queue_was_deleted_comes_back_with_the_queue(
    bus: Bus, database: Database
) -> None:
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD) as consumer:
        await until(lambda: consumer.consuming)
        async with bus.channel() as channel:
            await channel.queue_delete(QUEUE)
            await until(lambda: not consumer.consuming)
            queue = await channel.declare_queue(
                QUEUE, durable=True, arguments={"x-queue-type": "quorum"}
            )
            for exchange in ("sisa.events", "sisa.private"):
                await queue.bind(exchange, "identity.member.*")
            await queue.bind("sisa.replay", QUEUE)
        began = asyncio.get_running_loop().time()
        await bus.send("identity", "sisa.events", KEY, body(member()))
        await settled(bus, database, 1)
        assert asyncio.get_running_loop().time() - began < within(5)


async def test_stopping_amid_a_flood_loses_nothing_and_applies_nothing_twice(
    bus: Bus, database_url: str
) -> None:
    bodies = [body(member()) for _ in range(1500)]
    await bus.send("identity", "sisa.events", KEY, *bodies)
    async with pool(database_url) as database:
        for least in (200, 600, 1500):
            async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
                await settled(bus, database, least)
        assert await counted(database) == 1500
    assert await bus.depth(QUEUE) == await bus.depth(f"{QUEUE}.dead") == 0
