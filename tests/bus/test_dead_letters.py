"""What can't be applied goes to the dead letters with its reason, and harms nothing else."""

import asyncio

import pytest
from aio_pika import ExchangeType
from builders.effects import KEY, QUEUE, RECORD, body, counted, record, settled
from builders.messaging import Bus, consuming, member

from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.errors import Conflict
from shared.received import Received


@pytest.fixture(autouse=True)
async def _empty_queues(bus: Bus) -> None:
    await bus.purge(QUEUE)


async def test_what_can_never_be_applied_is_dead_lettered_with_its_reason(
    bus: Bus, database: Database
) -> None:
    good = [body(member()) for _ in range(5)]
    poison: dict[str, bytes | str] = {
        "not-json": b"\xff{",
        "unknown-type": body(member()).replace("changed.v1", "changed.v9"),
        "schema": body(member()).replace('"holder":true', '"holder":"perhaps"'),
        "too-big": body(member()).replace("unit-1", "u" * 300_000),
    }
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
        await bus.send("identity", "sisa.events", KEY, good[0], *poison.values(), *good[1:])
        await settled(bus, database, 5, 4)
    dead = await bus.take(f"{QUEUE}.dead", 4)
    assert {message.headers["sisa-reason"] for message in dead} == set(poison)
    assert {message.body for message in dead} == {
        one if isinstance(one, bytes) else one.encode() for one in poison.values()
    }
    for message in dead:
        assert message.headers["sisa-queue"] == QUEUE
        assert message.headers["sisa-producer"] == "identity"
        assert message.headers["sisa-attempts"] == 1
        assert "perhaps" not in str(message.headers["sisa-error"])
    assert await bus.depth(QUEUE) == 0


async def test_a_failing_handler_gets_three_tries_and_harms_nobody(
    bus: Bus, database: Database
) -> None:
    tries: list[int] = []

    async def fails_on_two(tx: Transaction, received: Received) -> None:
        await record(tx, received)
        if received.event.version == 2:
            tries.append(1)
            raise KeyError("a secret")

    bodies = [body(member(), sequence=n) for n in (1, 2, 3)]
    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: fails_on_two}):
        await bus.send("identity", "sisa.events", KEY, *bodies)
        await settled(bus, database, 2, 1)
    (dead,) = await bus.take(f"{QUEUE}.dead", 1)
    assert (dead.headers["sisa-reason"], dead.headers["sisa-attempts"]) == ("failed", 3)
    assert str(dead.headers["sisa-error"]).startswith("builtins.KeyError at test_dead_letters.py:")
    assert len(tries) in {3, 4}
    assert await counted(database) == 2


async def test_a_text_that_the_driver_refuses_is_no_failure_of_the_databases(
    bus: Bus, database: Database
) -> None:
    async def stores_nonsense(tx: Transaction, _received: Received) -> None:
        await tx.execute("SELECT $1::int", "seven")

    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: stores_nonsense}):
        await bus.send("identity", "sisa.events", KEY, body(member()))
        await settled(bus, database, 0, 1)
    (dead,) = await bus.take(f"{QUEUE}.dead", 1)
    assert dead.headers["sisa-reason"] == "failed"


async def test_a_refusal_of_the_domain_is_dead_lettered_at_once(
    bus: Bus, database: Database
) -> None:
    class AlreadyGone(Conflict):
        slug = "already-cancelled"

    async def refuses(_tx: Transaction, _received: Received) -> None:
        raise AlreadyGone

    async with consuming(database, bus.url("scheduling"), QUEUE, {MemberChanged: refuses}):
        await bus.send("identity", "sisa.events", KEY, body(member()))
        await settled(bus, database, 0, 1)
    (dead,) = await bus.take(f"{QUEUE}.dead", 1)
    assert (dead.headers["sisa-reason"], dead.headers["sisa-attempts"]) == ("refused", 1)
    assert str(dead.headers["sisa-error"]).endswith("AlreadyGone: already-cancelled")


async def test_an_event_of_another_producer_is_a_forgery(bus: Bus, database: Database) -> None:
    """The broker vouches for the publisher's login, not for what the body says."""
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
        await bus.send("notifications", "sisa.replay", QUEUE, body(member()))
        await bus.send("notifications", "sisa.replay", QUEUE, body(member()), user_id=None)
        await settled(bus, database, 0, 2)
    dead = await bus.take(f"{QUEUE}.dead", 2)
    assert {message.headers["sisa-reason"] for message in dead} == {"forged"}
    assert await counted(database) == 0


async def test_operators_may_put_anothers_event_into_a_queue(bus: Bus, database: Database) -> None:
    async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
        headers = {"sisa-producer": "identity"}
        await bus.send("ops", "sisa.replay", QUEUE, body(member()), headers=headers)
        await bus.send("ops", "sisa.replay", QUEUE, body(member()))
        await settled(bus, database, 1, 1)


async def test_dead_letters_wait_for_their_queue(bus: Bus, database: Database) -> None:
    """Without it the message stays unacknowledged, and nothing behind it is lost."""
    async with bus.channel() as channel:
        dead = await channel.get_queue(f"{QUEUE}.dead")
        exchange = await channel.declare_exchange("sisa.dead", ExchangeType.DIRECT, durable=True)
        await dead.unbind(exchange, QUEUE)
        async with consuming(database, bus.url("scheduling"), QUEUE, RECORD):
            await bus.send("identity", "sisa.events", KEY, b"?", body(member()))
            await asyncio.sleep(1)
            await dead.bind(exchange, QUEUE)
            await settled(bus, database, 1, 1)
