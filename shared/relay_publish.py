"""Publishing a batch: pipelined on one channel, each message's fate told by its own confirm."""

import asyncio
from collections.abc import Sequence

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractExchange
from aio_pika.exceptions import AMQPChannelError, DeliveryError, PublishError

from shared.contracts.event import CONTENT_TYPE, TYPE_PREFIX
from shared.outbox import REPLAY_EXCHANGE
from shared.relay_rows import DueRow, Fate

PUBLISH_SECONDS = 2.0


async def publish(
    channel: AbstractChannel, rows: Sequence[DueRow], login: str
) -> list[tuple[DueRow, Fate]]:
    """Publishes all rows in order and waits 2 s for their confirms together; never raises for one.

    An undecided message may have arrived.
    """
    names = {row.exchange for row in rows}
    exchanges = {name: await channel.get_exchange(name, ensure=False) for name in names}
    tasks = [
        asyncio.create_task(_publish(exchanges[row.exchange], row, login), name="publish")
        for row in rows
    ]
    try:
        await asyncio.wait(tasks, timeout=PUBLISH_SECONDS)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    return list(zip(rows, map(_fate, results), strict=True))


async def _publish(exchange: AbstractExchange, row: DueRow, login: str) -> bool:
    message = Message(
        row.body.encode(),
        content_type=CONTENT_TYPE,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=str(row.event_id),
        timestamp=row.created_at,
        type=_event_type(row),
        user_id=login,
    )
    result = await exchange.publish(message, row.routing_key, mandatory=True)
    return getattr(result, "name", None) == "Basic.Ack"


def _event_type(row: DueRow) -> str | None:
    """From the routing key, which is the type but for its version; a republished row has none."""
    if row.exchange == REPLAY_EXCHANGE:
        return None
    _, _, last = row.routing_key.rpartition(".")
    versioned = last[:1] == "v" and last[1:].isdecimal()
    return f"{TYPE_PREFIX}{row.routing_key}" + ("" if versioned else ".v1")


def _fate(result: object) -> Fate:
    match result:
        case True:
            return Fate.ACKED
        case PublishError():
            return Fate.RETURNED
        case DeliveryError():
            return Fate.NACKED
        case AMQPChannelError():
            return Fate.REFUSED
        case _:
            # A time-out, a lost link, and CancelledError, which the library raises for one.
            return Fate.UNDECIDED
