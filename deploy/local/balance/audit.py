"""The audit: a queue of its own on every public event, emptied into a file when a run is over."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from pydantic import BaseModel

from deploy.local.balance.facts import Booked
from shared.contracts.event import PUBLIC_EXCHANGE, Event
from shared.contracts.scheduling import AppointmentBooked
from shared.ids import uuid7
from shared.topology import QUEUES

_UNUSED_MS = 24 * 60 * 60 * 1000
"""A queue that nobody came back for is gone after a day."""
_SILENCE = 5.0
_AT_ONCE = 500
_DEAD = ".dead"


async def open_audit(amqp_url: str) -> str:
    """Bind a new queue to everything that is public; returns its name.

    A classic one, not a quorum queue: `make run` waits for those to be empty.
    """
    name = f"sisa.audit.{uuid7().hex}"
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            name, durable=True, arguments={"x-queue-type": "classic", "x-expires": _UNUSED_MS}
        )
        await queue.bind(PUBLIC_EXCHANGE, routing_key="#")
    return name


async def close_audit(amqp_url: str, name: str, path: Path) -> int:
    """Empty the queue into a file of one event a line, then delete it; returns how many came.

    What is in the file is on the disk before the broker may forget it.
    """
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_AT_ONCE)
        queue = await channel.declare_queue(name, passive=True)
        waiting = queue.declaration_result.message_count or 0
        got = 0
        with path.open("ab") as file:
            async for message in _messages(queue, waiting):
                file.write(message.body + b"\n")
                got += 1
                if got == waiting or got % _AT_ONCE == 0:
                    file.flush()
                    os.fsync(file.fileno())
                    await message.ack(multiple=True)
        await queue.delete(if_unused=False, if_empty=True)
    return got


async def drop_audit(amqp_url: str, name: str) -> None:
    """Forget the queue and what is in it."""
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.queue_delete(name)


async def _messages(queue: AbstractQueue, count: int) -> AsyncIterator[AbstractIncomingMessage]:
    """So many messages; `TimeoutError` when the broker holds back one that it has counted."""
    if not count:
        return
    async with queue.iterator() as incoming:
        for _ in range(count):
            async with asyncio.timeout(_SILENCE):
                message = await anext(incoming)
            yield message


async def dead_letters(amqp_url: str) -> dict[str, int]:
    """How many messages lie in each dead-letter queue."""
    found = {}
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        for name in (queue.name for queue in QUEUES if queue.name.endswith(_DEAD)):
            queue = await channel.declare_queue(name, passive=True)
            found[name] = queue.declaration_result.message_count or 0
    return found


class _Kind(BaseModel):
    id: UUID
    type: str


def deliveries(path: Path) -> Iterator[tuple[UUID, str]]:
    """Id and type of every delivery in the file; the same event may have come more than once."""
    with path.open("rb") as file:
        for line in file:
            kind = _Kind.model_validate_json(line)
            yield kind.id, kind.type


def booked(path: Path) -> Iterator[Booked]:
    """The bookings among the events in the file."""
    wanted = AppointmentBooked.event_type()
    with path.open("rb") as file:
        for line in file:
            if _Kind.model_validate_json(line).type == wanted:
                event = Event[AppointmentBooked].model_validate_json(line)
                yield Booked(event.id, event.data.appointment_id)
