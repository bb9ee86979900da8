"""What the relay promises of every event in the outbox, on the real broker and database."""

import asyncio

import aio_pika
import orjson
import pytest
from builders.messaging import NOW, Bus, consuming, member, relaying, until
from builders.pace import within

from shared import outbox
from shared.contracts.event import PUBLIC_EXCHANGE
from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.ids import uuid7
from shared.outbox import Row
from shared.received import Received

QUEUE = "scheduling.members"


@pytest.fixture(autouse=True)
async def _empty_queues(bus: Bus) -> None:
    await bus.purge(QUEUE, "notifications.mail")


async def add_members(database: Database, count: int, *, lane: int = 0) -> list[str]:
    """Adds events of distinct members in one transaction and returns their ids in order."""
    rows = [outbox.row(member(), sequence=1, now=NOW) for _ in range(count)]
    async with database.transaction() as tx:
        await outbox.add_rows(tx, rows, lane=lane)
    return [str(row.event_id) for row in rows]


async def add_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        await outbox.add(tx, member(), sequence=1, now=NOW)
        raise ZeroDivisionError


async def depth(database: Database) -> int:
    async with database.connection() as tx:
        return (await outbox.backlog(tx)).depth


async def test_events_arrive_in_order_persistent_and_under_the_producers_login(
    bus: Bus, database: Database, database_url: str
) -> None:
    ids = await add_members(database, 30)
    async with relaying(database_url, bus.url("identity")) as relay:
        messages = await bus.take(QUEUE, 30)
        await until(lambda: relay.relayed == 30)
    first = messages[0]
    assert [message.message_id for message in messages] == ids
    assert first.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (first.user_id, first.content_type) == ("identity", "application/cloudevents+json")
    assert first.type == orjson.loads(first.body)["type"] == "mx.sisa.identity.member.changed.v1"
    assert await depth(database) == 0


async def test_a_rolled_back_transaction_publishes_nothing(
    bus: Bus, database: Database, database_url: str
) -> None:
    async with relaying(database_url, bus.url("identity")) as relay:
        with pytest.raises(ZeroDivisionError):
            await add_and_fail(database)
        (kept,) = await add_members(database, 1)
        relay.wake()
        await until(lambda: relay.relayed == 1)
    assert [message.message_id for message in await bus.take(QUEUE, 1)] == [kept]
    assert await bus.depth(QUEUE) == 0


async def test_a_wake_up_publishes_at_once(bus: Bus, database: Database, database_url: str) -> None:
    async with relaying(database_url, bus.url("identity")) as relay:
        database.on_commit(relay.wake)
        await until(lambda: relay.linked)
        began = asyncio.get_running_loop().time()
        await add_members(database, 1)
        await until(lambda: relay.relayed == 1)
        assert asyncio.get_running_loop().time() - began < within(0.5)


async def test_an_unroutable_event_keeps_its_row_and_holds_up_nobody(
    bus: Bus, database: Database, database_url: str
) -> None:
    lost = Row(uuid7(), "sisa.private", "identity.nobody.listens", "{}")
    async with database.transaction() as tx:
        await outbox.add_rows(tx, [lost], lane=0)
    ids = await add_members(database, 25)
    async with relaying(database_url, bus.url("identity")) as relay:
        await until(lambda: relay.relayed == 25)
    assert [message.message_id for message in await bus.take(QUEUE, 25)] == ids
    async with database.connection() as tx:
        row = await tx.fetchrow("SELECT *, next_try_at > clock_timestamp() AS later FROM outbox")
    assert row is not None
    assert (row["event_id"], row["last_error"]) == (
        lost.event_id,
        "returned: no queue is bound for it",
    )
    assert row["attempts"] >= 1
    assert row["later"]


async def test_an_event_that_the_broker_refuses_holds_up_nobody(
    bus: Bus, database: Database, database_url: str
) -> None:
    """It closes the channel under its whole batch; alone at last, it is the one to wait."""
    forged = Row(uuid7(), PUBLIC_EXCHANGE, "scheduling.agenda.published", "{}")
    before = await add_members(database, 10)
    async with database.transaction() as tx:
        await outbox.add_rows(tx, [forged], lane=0)
    after = await add_members(database, 10)
    async with relaying(database_url, bus.url("identity")) as relay:
        await until(lambda: relay.relayed == 20, 20)
    # What shared a batch with it may have arrived before the channel closed, and comes twice.
    messages = await bus.take(QUEUE, await bus.depth(QUEUE))
    assert {message.message_id for message in messages} == {*before, *after}
    async with database.connection() as tx:
        assert await tx.fetchval("SELECT event_id FROM outbox") == forged.event_id


async def test_a_transaction_that_commits_late_is_not_lost(
    bus: Bus, database: Database, database_url: str
) -> None:
    first = outbox.row(member(), sequence=1, now=NOW)
    async with relaying(database_url, bus.url("identity")) as relay:
        async with database.transaction() as late:
            await outbox.add_rows(late, [first], lane=0)
            (second,) = await add_members(database, 1)
            relay.wake()
            await until(lambda: relay.relayed == 1)
        relay.wake()
        await until(lambda: relay.relayed == 2)
    arrived = [message.message_id for message in await bus.take(QUEUE, 2)]
    assert arrived == [second, str(first.event_id)]


async def test_two_relays_at_once_publish_each_event_once(
    bus: Bus, database: Database, database_url: str
) -> None:
    ids = await add_members(database, 400)
    identity = bus.url("identity")
    async with relaying(database_url, identity) as one, relaying(database_url, identity) as other:
        await until(lambda: one.relayed + other.relayed == 400)
    arrived = [message.message_id for message in await bus.take(QUEUE, 400, 30)]
    assert sorted(map(str, arrived)) == sorted(ids)
    assert await bus.depth(QUEUE) == 0


async def test_bulk_waits_for_what_a_person_waits_for(
    bus: Bus, database: Database, database_url: str
) -> None:
    bulk = await add_members(database, 40, lane=1)
    urgent = await add_members(database, 5)
    async with relaying(database_url, bus.url("identity")) as relay:
        await until(lambda: relay.relayed == 45)
    arrived = [message.message_id for message in await bus.take(QUEUE, 45)]
    assert arrived[:15] == urgent + bulk[:10]


async def test_a_crash_between_confirm_and_deletion_publishes_twice_and_is_applied_once(
    bus: Bus, database: Database, database_url: str
) -> None:
    """The first deletion fails in the database itself, after the broker has confirmed."""
    async with database.connection() as tx:
        await tx.execute(
            """
            CREATE SEQUENCE crashes;
            CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('crashes') = 1 THEN RAISE EXCEPTION 'power cut'; END IF;
                RETURN OLD;
            END $$;
            CREATE TRIGGER crash BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION crash();
            """
        )
    ids = await add_members(database, 3)
    async with relaying(database_url, bus.url("identity")) as relay:
        await until(lambda: relay.relayed == 3)
    await until(lambda: _has(bus, 6))
    applied: list[str] = []

    async def apply(_tx: Transaction, received: Received) -> None:
        applied.append(str(received.event.id))

    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: apply}):
        await until(lambda: _has(bus, 0))
    assert sorted(applied) == sorted(ids)


async def _has(bus: Bus, count: int) -> bool:
    return await bus.depth(QUEUE) == count
