"""A network that swallows everything and closes nothing: the heartbeat alone can tell."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from builders.messaging import NOW, Bus, consuming, member, relaying, until
from builders.pace import within

from shared import outbox
from shared.bus import HEARTBEAT_SECONDS
from shared.contracts.identity import MemberChanged
from shared.database import Database, Transaction
from shared.received import Received

QUEUE = "scheduling.members"
FOUND_WITHIN = (HEARTBEAT_SECONDS + 1) * 3 + within(2)
"""The library gives a silent peer three heartbeats; it looks every two seconds."""


class Network:
    """Passes bytes on between clients and the broker, until it holds all links open and silent."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self._links: set[asyncio.Task[None]] = set()
        self._silent: set[asyncio.StreamWriter] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def swallow(self) -> None:
        """All links of now stay open and carry nothing more; later ones work."""
        self._silent.update(self._writers)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers += [writer, far_writer]
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            link = asyncio.create_task(self._pass_on(source, sink))
            self._links.add(link)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if sink not in self._silent:
                    sink.write(data)
            if sink not in self._silent:
                sink.close()
        except ConnectionError:
            sink.transport.abort()


@pytest.fixture
async def network(bus: Bus) -> AsyncIterator[tuple[Network, int]]:
    parts = urlsplit(bus.amqp_url)
    between = Network(parts.hostname or "", parts.port or 0)
    port = await between.open()
    yield between, port
    await between.close()


async def record(tx: Transaction, received: Received) -> None:
    event = received.event
    await tx.execute(
        "INSERT INTO effects VALUES ($1, $2, $3)", event.id, event.subject, event.version
    )


async def test_half_open_links_are_found_and_replaced(
    bus: Bus, database: Database, database_url: str, network: tuple[Network, int]
) -> None:
    between, port = network
    own_port = f":{urlsplit(bus.amqp_url).port}/"
    identity, scheduling = (
        bus.url(login).replace(own_port, f":{port}/") for login in ("identity", "scheduling")
    )
    async with (
        relaying(database_url, identity) as relay,
        consuming(database, scheduling, QUEUE, {MemberChanged: record}) as consumer,
    ):
        await until(lambda: relay.linked and consumer.consuming)
        between.swallow()
        async with database.transaction() as tx:
            await outbox.add(tx, member(), sequence=1, now=NOW)
        await until(lambda: relay.relayed == 1, within(5))

        async def applied() -> bool:
            async with database.connection() as connection:
                return bool(await connection.fetchval("SELECT count(*) FROM effects") == 1)

        await until(applied, FOUND_WITHIN)
