"""Applying a batch of messages: all in one transaction, and one by one when that fails."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import structlog
from aio_pika.abc import AbstractIncomingMessage

from shared import inbox, trace
from shared.blame import watch
from shared.bus import sleep_unless
from shared.contracts.event import Fact
from shared.database import Database, Transaction
from shared.dead_letters import DeadLetter, bury, described
from shared.errors import DomainError
from shared.received import Received, Unreadable, read

Handler = Callable[[Transaction, Received], Awaitable[None]]
"""Applies one event inside the transaction that claimed it; no network, no commit of its own."""

TRIES = 3
BATCH_SECONDS = 8.0
PAUSE_SECONDS = (0.1, 5.0)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a queue is consumed for; its name is the inbox's name of the consumer too."""

    queue: str
    handlers: Mapping[type[Fact], Handler]


@dataclass(frozen=True, slots=True)
class _Delivery:
    message: AbstractIncomingMessage
    received: Received


class Applier:
    """Settles messages of one subscription: each is applied, or buried, or left when stopping."""

    def __init__(
        self,
        database: Database,
        amqp_url: str,
        subscription: Subscription,
        name: str,
        stopping: asyncio.Event,
    ) -> None:
        self._database = database
        self._amqp_url = amqp_url
        self._queue = subscription.queue
        self._handlers = {
            fact.event_type(): (fact, handler) for fact, handler in subscription.handlers.items()
        }
        self._facts = {kind: fact for kind, (fact, _) in self._handlers.items()}
        self._name = name
        self._stopping = stopping

    async def settle(
        self, messages: Sequence[AbstractIncomingMessage]
    ) -> list[AbstractIncomingMessage]:
        """Returns those that were not settled: none, unless the consumer is stopping."""
        readable, letters = self._read(messages)
        left = [] if await self._bury(letters) else [letter.message for letter in letters]
        if readable and not await self._together(readable):
            left += [one.message for one in readable if not await self._alone(one)]
        return left

    def _read(
        self, messages: Sequence[AbstractIncomingMessage]
    ) -> tuple[list[_Delivery], list[DeadLetter]]:
        readable: list[_Delivery] = []
        letters: list[DeadLetter] = []
        for message in messages:
            try:
                readable.append(_Delivery(message, read(message, self._facts)))
            except Unreadable as fault:
                letters.append(DeadLetter(message, fault.reason, fault.error, 1))
        # Whoever writes the same subjects takes them in the same order.
        readable.sort(key=lambda one: (one.received.event.subject, one.received.event.sequence))
        return readable, letters

    async def _together(self, deliveries: Sequence[_Delivery]) -> bool:
        for _ in range(2):
            try:
                async with self._database.transaction(BATCH_SECONDS) as tx:
                    await self._apply(tx, deliveries)
            except asyncpg.DeadlockDetectedError:
                _log.info("batch_deadlocked", queue=self._queue, batch=len(deliveries))
            except Exception as error:  # noqa: BLE001  # whichever it was, each is tried alone next
                _log.info("batch_split", queue=self._queue, error=described(error))
                return False
            else:
                return True
        return False

    async def _apply(self, tx: Transaction, deliveries: Sequence[_Delivery]) -> None:
        ids = [delivery.received.event.id for delivery in deliveries]
        unseen = await inbox.claim(tx, self._queue, ids)
        for delivery in deliveries:
            event = delivery.received.event
            if event.id not in unseen:
                continue
            unseen.remove(event.id)
            token = trace.begin(event.traceparent)
            try:
                await self._handlers[event.type][1](tx, delivery.received)
            finally:
                trace.end(token)

    async def _alone(self, delivery: _Delivery) -> bool:
        """Applies one event in its own transactions; False only when stopping."""
        tries, pause = 0, PAUSE_SECONDS[0]
        while not self._stopping.is_set():
            error, blamed = await self._try(delivery)
            if error is None:
                return True
            if not blamed:
                _log.warning("event_awaits", queue=self._queue, error=described(error))
                await sleep_unless(self._stopping, pause)
                pause = min(pause * 2, PAUSE_SECONDS[1])
                continue
            tries += 1
            refused = isinstance(error, DomainError)
            if refused or tries == TRIES:
                reason = "refused" if refused else "failed"
                letter = DeadLetter(delivery.message, reason, described(error), tries)
                return await self._bury([letter])
        return False

    async def _try(self, delivery: _Delivery) -> tuple[Exception | None, bool]:
        """Returns what went wrong, and whether that counts against the message."""
        async with watch(self._database) as watching:
            try:
                async with self._database.transaction() as tx:
                    await self._apply(tx, [delivery])
            except Exception as error:  # noqa: BLE001  # the consumer's door: its caller settles it
                return error, await watching.blames_message(error)
        return None, False

    async def _bury(self, letters: Sequence[DeadLetter]) -> bool:
        """Dead-letters until confirmed; False only when stopping."""
        pause = PAUSE_SECONDS[0]
        while letters:
            try:
                await bury(self._amqp_url, self._name, self._queue, letters)
            except Exception as error:  # noqa: BLE001  # the message stays unacknowledged until then
                _log.warning("dead_letters_await", queue=self._queue, error=described(error))
                if self._stopping.is_set():
                    return False
                await sleep_unless(self._stopping, pause)
                pause = min(pause * 2, PAUSE_SECONDS[1])
            else:
                for letter in letters:
                    self._report(letter)
                return True
        return True

    def _report(self, letter: DeadLetter) -> None:
        _log.warning(
            "message_dead_lettered",
            queue=self._queue,
            reason=letter.reason,
            cause=letter.error,
            attempts=letter.attempts,
            event_id=letter.message.message_id,
        )
