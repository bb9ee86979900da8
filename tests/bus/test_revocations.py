"""Hearing of revoked sessions: at once while the broker answers, and again after it was away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
from builders.messaging import NOW, Bus, until
from builders.pace import within

from shared import outbox
from shared.contracts.identity import SessionRevoked
from shared.ids import uuid7
from shared.ops.management import management
from shared.revocations import Revocations

KEY = "identity.session.revoked"


def revocation() -> SessionRevoked:
    return SessionRevoked(
        revocation_id=uuid7(), session_id=uuid7(), account_id=None, issued_before=NOW
    )


def body(fact: SessionRevoked) -> str:
    return outbox.envelope(fact, event_id=uuid7(), sequence=1, now=NOW)


class Feed:
    """Identity's list of the last minutes' revocations, which may be away."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away
        self.read = 0

    async def __call__(self) -> None:
        if self.away:
            raise aiohttp.ClientConnectionError
        self.read += 1


@contextlib.asynccontextmanager
async def listening(
    bus: Bus, heard: list[SessionRevoked], feed: Feed
) -> AsyncIterator[Revocations]:
    revocations = Revocations(
        bus.url("scheduling"), name="tests", revoked=heard.append, catch_up=feed
    )
    task = asyncio.create_task(revocations.run())
    try:
        yield revocations
    finally:
        revocations.stop()
        async with asyncio.timeout(within(8)):
            await task


async def test_a_revocation_is_heard_within_a_second_by_every_process(bus: Bus) -> None:
    fact, one, other = revocation(), list[SessionRevoked](), list[SessionRevoked]()
    async with listening(bus, one, Feed()) as first, listening(bus, other, Feed()) as second:
        await until(lambda: first.loaded and second.loaded)
        await bus.send("identity", "sisa.events", KEY, body(fact))
        await until(lambda: one == other == [fact], within(1))


async def test_it_is_not_loaded_before_the_feed_was_read(bus: Bus) -> None:
    feed, heard = Feed(away=True), list[SessionRevoked]()
    async with listening(bus, heard, feed) as revocations:
        await until(lambda: revocations.listening)
        await bus.send("identity", "sisa.events", KEY, body(revocation()))
        await until(lambda: len(heard) == 1)
        assert not revocations.loaded
        feed.away = False
        await until(lambda: revocations.loaded, within(5))


async def test_after_a_lost_link_it_subscribes_and_reads_the_feed_again(bus: Bus) -> None:
    feed, heard, fact = Feed(), list[SessionRevoked](), revocation()
    async with listening(bus, heard, feed) as revocations:
        await until(lambda: revocations.loaded)
        await _cut(bus)
        await until(lambda: feed.read == 2 and revocations.listening, within(8))
        assert revocations.loaded
        await bus.send("identity", "sisa.events", KEY, body(fact))
        await until(lambda: heard == [fact], within(1))


async def test_a_forged_or_unreadable_revocation_is_passed_over(bus: Bus) -> None:
    fact, heard = revocation(), list[SessionRevoked]()
    async with listening(bus, heard, Feed()) as revocations:
        await until(lambda: revocations.listening)
        await bus.send("identity", "sisa.events", KEY, b"?", user_id="identity")
        await bus.send("identity", "sisa.events", KEY, body(revocation()), user_id=None)
        await bus.send("identity", "sisa.events", KEY, body(fact))
        await until(lambda: heard == [fact])


async def _cut(bus: Bus) -> None:
    """Ends the listener's connection from the broker's side."""

    async def cut() -> bool:
        async with management(bus.management_url, bus.vhost) as api:
            connections = await api.get("vhosts", bus.vhost, "connections")
            named = [one["name"] for one in connections if "name" in one]
            for name in named:
                await api.delete("connections", name)
            return bool(named)

    # The management's list of connections lags some seconds behind.
    await until(cut, 15)
