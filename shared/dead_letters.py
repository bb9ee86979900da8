"""Dead letters: what can never be applied goes to its queue's `.dead`, confirmed, with a reason."""

import asyncio
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import asyncpg
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage

from shared.bus import BrokerLost, linked, login_of, lost_on_cancel, publishing_channel
from shared.errors import DomainError
from shared.received import OPERATORS, PRODUCER_HEADER

DEAD_EXCHANGE = "sisa.dead"
PUBLISH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message and why it died: `reason` is a slug, `error` a text without data."""

    message: AbstractIncomingMessage
    reason: str
    error: str
    attempts: int


def described(error: BaseException) -> str:
    """An error's class and stable words: never its message, which may quote data."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, DomainError):
        return f"{name}: {error.slug}"
    if isinstance(error, asyncpg.PostgresError):
        name = f"{name}: {error.sqlstate}"
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return name
    return f"{name} at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}"


async def bury(amqp_url: str, name: str, queue: str, letters: Sequence[DeadLetter]) -> None:
    """Publishes all letters to the dead-letter exchange and returns when each is confirmed.

    Raises BrokerLost, DeliveryError (no dead-letter queue) or TimeoutError: then any may have
    arrived, and all are to be sent again. The link is its own and lives as long as this call: dead
    letters are rare, and a link that consumes must not publish.
    """
    login = login_of(amqp_url)
    async with linked(amqp_url, f"{name}.dead") as link:
        channel = await publishing_channel(link)
        exchange = await channel.get_exchange(DEAD_EXCHANGE, ensure=False)
        async with lost_on_cancel(), asyncio.timeout(PUBLISH_SECONDS):
            # Pipelined: a batch of letters waits for the disk once.
            await asyncio.gather(
                *(_publish(exchange, _message(letter, queue, login), queue) for letter in letters)
            )


async def _publish(exchange: AbstractExchange, message: Message, queue: str) -> None:
    result = await exchange.publish(message, queue, mandatory=True)
    if getattr(result, "name", None) != "Basic.Ack":
        raise BrokerLost("a dead letter was not confirmed")


def _message(letter: DeadLetter, queue: str, login: str) -> Message:
    """The same body under our login; the broker's own `x-` headers stay behind."""
    dead = letter.message
    producer = dead.user_id or ""
    if producer == OPERATORS:
        producer = str(dead.headers.get(PRODUCER_HEADER, ""))
    return Message(
        dead.body,
        headers={
            "sisa-queue": queue,
            "sisa-reason": letter.reason,
            "sisa-error": letter.error,
            "sisa-attempts": letter.attempts,
            PRODUCER_HEADER: producer,
        },
        content_type=dead.content_type,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=dead.message_id,
        timestamp=dead.timestamp,
        type=dead.type,
        user_id=login,
    )
