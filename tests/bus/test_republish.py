"""Republish: the present state of every subject goes to one queue, marked, through the outbox."""

from collections.abc import AsyncIterator

import orjson
import pytest
from builders.messaging import NOW, Bus, member, relaying, until

from shared.contracts.event import Fact
from shared.database import Database
from shared.republish import NoSuchQueue, republish


async def present(count: int) -> AsyncIterator[tuple[Fact, int]]:
    for number in range(1, count + 1):
        yield member(number), number


async def test_the_present_state_goes_to_that_queue_alone(
    bus: Bus, database: Database, database_url: str
) -> None:
    sent = await republish(database, present(1200), queue="scheduling.members", now=NOW)
    async with relaying(database_url, bus.url("identity")) as relay:
        await until(lambda: relay.relayed == 1200, 20)
    assert sent == 1200
    assert await bus.depth("scheduling.members") == 1200
    assert await bus.depth("notifications.people") == 0
    message, *_ = await bus.take("scheduling.members", 1)
    envelope = orjson.loads(message.body)
    assert envelope["sisarepublish"] is True
    assert envelope["sequence"] == "0000000001"
    assert message.user_id == "identity"
    await bus.purge("scheduling.members")


async def test_a_queue_that_is_nobodys_is_refused_before_anything_is_written(
    database: Database,
) -> None:
    with pytest.raises(NoSuchQueue, match=r"scheduling\.members"):
        await republish(database, present(1), queue="scheduling.member", now=NOW)
    async with database.connection() as tx:
        assert await tx.fetchval("SELECT count(*) FROM outbox") == 0
