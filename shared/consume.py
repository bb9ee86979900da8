"""A consumer: messages of one queue in batches, acknowledged only after their effect is committed.

A batch closes at 100 messages or 20 ms. Whatever ends the link, the channel or the consumer on the
broker's side, all is built again within 5 s; what was not acknowledged is delivered again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.bus import STEP_SECONDS, BrokerLost, Link, lost_on_cancel, stay_linked
from shared.consume_batch import Applier, Subscription
from shared.database import Database

PREFETCH = 200
BATCH = 100
BATCH_SECONDS = 0.02
WATCH_SECONDS = 3.0

_log = structlog.get_logger()


class Consumer:
    """Consumes one subscription; `run` it under a supervisor."""

    def __init__(
        self, database: Database, amqp_url: str, subscription: Subscription, *, name: str
    ) -> None:
        self._amqp_url = amqp_url
        self._queue_name = subscription.queue
        self._name = f"{name}.{subscription.queue}"
        self._stopping = asyncio.Event()
        self._applier = Applier(database, amqp_url, subscription, self._name, self._stopping)
        self._arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        self._acked = 0
        self.consuming = False
        """Whether the broker has this consumer on its list."""

    def stop(self) -> None:
        """Asks `run` to finish the batch in hand, give the rest back and return."""
        self._stopping.set()
        self._arrived.put_nowait(None)

    async def run(self) -> None:
        """Consumes until `stop`, outliving any failure of the broker or of the database."""
        await stay_linked(self._amqp_url, self._name, self._consume, self._stopping)

    async def _consume(self, link: Link) -> None:
        async with self._consuming(link) as (channel, queue, lost), asyncio.TaskGroup() as group:
            watch = group.create_task(self._watch(channel, queue, lost))
            await self._pump()
            watch.cancel()

    @asynccontextmanager
    async def _consuming(
        self, link: Link
    ) -> AsyncIterator[tuple[AbstractChannel, AbstractQueue, asyncio.Event]]:
        # What an earlier link delivered can't be acknowledged on this one: it comes again.
        self._arrived, self._acked = asyncio.Queue(), 0
        if self._stopping.is_set():
            self._arrived.put_nowait(None)
        lost = asyncio.Event()
        async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
            channel = await link.channel()
            await channel.set_qos(prefetch_count=PREFETCH)
            queue = await channel.get_queue(self._queue_name, ensure=True)
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _frame: lost.set())
            tag = await queue.consume(_into(self._arrived))
        self.consuming = True
        _log.info("consumer_started", queue=self._queue_name)
        try:
            yield channel, queue, lost
            async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
                await queue.cancel(tag)
                await self._give_back()
        finally:
            self.consuming = False

    async def _watch(
        self, channel: AbstractChannel, queue: AbstractQueue, lost: asyncio.Event
    ) -> None:
        """Raises BrokerLost when the channel or the consumer is gone, by notice or by counting."""
        closed = asyncio.ensure_future(channel.closed())
        cancelled = asyncio.ensure_future(lost.wait())
        try:
            while True:
                await asyncio.wait(
                    {closed, cancelled},
                    timeout=WATCH_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if closed.done() or cancelled.done() or channel.is_closed:
                    raise BrokerLost("the consumer was cancelled or its channel closed")
                async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
                    counted = await queue.declare()
                if not counted.consumer_count:
                    raise BrokerLost("the broker lists no consumer")
        finally:
            closed.cancel()
            cancelled.cancel()

    async def _pump(self) -> None:
        while batch := await self._gather():
            left = await self._applier.settle(batch)
            async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
                await self._acknowledge([one for one in batch if one not in left])
                for message in left:
                    await message.nack(requeue=True)

    async def _gather(self) -> list[AbstractIncomingMessage]:
        """The next batch; empty when stopping."""
        batch: list[AbstractIncomingMessage] = []
        first = None if self._stopping.is_set() else await self._arrived.get()
        if first is None:
            return batch
        batch.append(first)
        try:
            async with asyncio.timeout(BATCH_SECONDS):
                while len(batch) < BATCH and (one := await self._arrived.get()) is not None:
                    batch.append(one)
        except TimeoutError:
            return batch
        return batch

    async def _acknowledge(self, settled: Sequence[AbstractIncomingMessage]) -> None:
        tags = sorted(message.delivery_tag or 0 for message in settled)
        if tags == list(range(self._acked + 1, self._acked + 1 + len(tags))) and tags:
            newest = max(settled, key=lambda message: message.delivery_tag or 0)
            await newest.ack(multiple=True)
            self._acked = tags[-1]
            return
        for message in settled:
            await message.ack()

    async def _give_back(self) -> None:
        """Returns what was delivered and not begun, before the link ends."""
        while not self._arrived.empty():
            message = self._arrived.get_nowait()
            if message is not None:
                await message.nack(requeue=True)


def _into(
    arrived: "asyncio.Queue[AbstractIncomingMessage | None]",
) -> Callable[[AbstractIncomingMessage], Awaitable[None]]:
    # Bound to its own link's queue: a late call of a dead link's must not mix with the next one's.
    async def on_message(message: AbstractIncomingMessage) -> None:
        arrived.put_nowait(message)

    return on_message
