"""A bus with the whole topology, a database with the chassis's tables, and the facts to send."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import aio_pika
import aiohttp
import asyncpg
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from builders.pace import within
from deploy.local.server import Broker
from shared.consume import Consumer
from shared.consume_batch import Handler, Subscription
from shared.contracts.event import Fact
from shared.contracts.identity import MemberChanged
from shared.database import Database, open_database
from shared.ids import uuid7
from shared.migrate import migrate, read
from shared.ops.management import management
from shared.ops.topology import apply
from shared.relay import Relay
from shared.topology import LOGINS

NOW = datetime(2026, 11, 23, 15, 0, 0, 123456, tzinfo=UTC)
PASSWORDS = {login.name: f"{login.name}-of-tests" for login in LOGINS}
_MIGRATIONS = Path(__file__).resolve().parents[2] / "shared" / "migrations"
_EFFECTS = """
CREATE TABLE effects (event_id uuid NOT NULL, subject uuid NOT NULL, sequence bigint NOT NULL);
CREATE TABLE members (member_id uuid PRIMARY KEY, sequence bigint NOT NULL,
    as_of timestamptz NOT NULL, home_unit text NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Bus:
    """One virtual host with the described topology; `url` is a login's own address."""

    vhost: str
    amqp_url: str
    management_url: str

    def url(self, login: str) -> str:
        """The broker as one of the house's logins sees it."""
        parts = urlsplit(self.amqp_url)
        return f"amqp://{login}:{PASSWORDS[login]}@{parts.hostname}:{parts.port}/{self.vhost}"

    @contextlib.asynccontextmanager
    async def channel(self, login: str | None = None) -> AsyncIterator[AbstractChannel]:
        """A confirmed channel as an administrator, or as a login."""
        connection = await aio_pika.connect(self.url(login) if login else self.amqp_url)
        async with connection:
            yield await connection.channel(on_return_raises=True)

    async def purge(self, *queues: str) -> None:
        """Empties queues and their dead letters."""
        async with self.channel() as channel:
            for name in queues:
                for one in (name, f"{name}.dead"):
                    await (await channel.get_queue(one)).purge()

    async def take(
        self, queue: str, count: int, seconds: float = 30
    ) -> list[AbstractIncomingMessage]:
        """Exactly `count` messages out of a queue, acknowledged."""
        taken: list[AbstractIncomingMessage] = []
        async with self.channel() as channel, asyncio.timeout(seconds):
            source = await channel.get_queue(queue)
            while len(taken) < count:
                if (message := await source.get(fail=False)) is None:
                    await asyncio.sleep(0.02)
                    continue
                await message.ack()
                taken.append(message)
        return taken

    async def depth(self, queue: str) -> int:
        """How many messages are ready in a queue."""
        async with self.channel() as channel:
            return (await channel.get_queue(queue)).declaration_result.message_count or 0

    async def send(
        self,
        login: str,
        exchange: str,
        routing_key: str,
        *bodies: bytes | str,
        **properties: Any,
    ) -> None:
        """Publishes raw messages as a login, confirmed."""
        async with self.channel(login) as channel:
            target = await channel.get_exchange(exchange, ensure=False)
            for body in bodies:
                given = {"user_id": login, "message_id": str(uuid7()), **properties}
                data = body.encode() if isinstance(body, str) else body
                await target.publish(aio_pika.Message(data, **given), routing_key)


@contextlib.asynccontextmanager
async def bus_on(broker: Broker) -> AsyncIterator[Bus]:
    """A virtual host of its own with the topology applied, gone after the block."""
    name = f"t-{uuid7().hex}"
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    async with management(broker.management_url, name) as api:
        await api.put("vhosts", name)
        await api.put("permissions", name, api.login, **everything)
        await apply(api, PASSWORDS)
        yield Bus(name, f"{broker.url.rstrip('/')}/{name}", broker.management_url)
        with contextlib.suppress(aiohttp.ClientError):
            await api.delete("vhosts", name)


@contextlib.asynccontextmanager
async def messaging_database(server_url: str) -> AsyncIterator[str]:
    """The address of a fresh database with outbox, inbox and the tables that handlers write."""
    name = f"t_bus_{uuid7().hex}"
    url = f"{server_url.rpartition('/')[0]}/{name}"
    server = await asyncpg.connect(server_url)
    try:
        await server.execute(f"CREATE DATABASE {name}")
        await migrate(url, read("shared", _MIGRATIONS))
        connection = await asyncpg.connect(url)
        await connection.execute(_EFFECTS)
        await connection.close()
        yield url
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await server.close()


def member(sequence: int = 1, member_id: UUID | None = None) -> MemberChanged:
    """A fact of identity's whose home unit tells the version it was made at."""
    return MemberChanged(
        member_id=member_id or uuid7(),
        family_id=uuid7(),
        holder=True,
        relation="holder",
        home_unit=f"unit-{sequence}",
        valid_from=date(2026, 1, 1),
        valid_to=None,
    )


async def until(condition: Callable[[], Awaitable[bool] | bool], seconds: float = 30) -> None:
    """Waits for a condition; TimeoutError when it doesn't come true."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def relaying(database_url: str, amqp_url: str) -> AsyncIterator[Relay]:
    """A relay that runs for the time of the block."""
    relay = Relay(database_url, amqp_url, name="tests")
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        relay.stop()
        async with asyncio.timeout(within(8)):
            await task


@contextlib.asynccontextmanager
async def consuming(
    database: Database, amqp_url: str, queue: str, handlers: dict[type[Fact], Handler]
) -> AsyncIterator[Consumer]:
    """A consumer that runs for the time of the block."""
    consumer = Consumer(database, amqp_url, Subscription(queue, handlers), name="tests")
    task = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        consumer.stop()
        async with asyncio.timeout(within(8)):
            await task


@contextlib.asynccontextmanager
async def pool(database_url: str) -> AsyncIterator[Database]:
    """The chassis's own pool on a test database."""
    async with open_database(database_url, name="tests", size=4) as database:
        yield database
