"""Hearing of revoked sessions at once: an exclusive queue of this process alone (decision 4)."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aio_pika.abc import AbstractIncomingMessage

from shared.bus import (
    STEP_SECONDS,
    BrokerLost,
    Link,
    login_of,
    lost_on_cancel,
    sleep_unless,
    stay_linked,
)
from shared.contracts.event import PUBLIC_EXCHANGE
from shared.contracts.identity import SessionRevoked
from shared.ids import uuid7
from shared.received import Unreadable, read

CATCH_UP_PAUSE = (0.5, 5.0)

_FACTS = {SessionRevoked.event_type(): SessionRevoked}
_log = structlog.get_logger()


class Revocations:
    """Calls `revoked` for each revocation; `run` it under a supervisor.

    After every subscribing `catch_up` reads what was revoked meanwhile, again until it succeeds;
    `loaded` is true once it has. Events that arrive before are heard at once all the same.
    """

    def __init__(
        self,
        amqp_url: str,
        *,
        name: str,
        revoked: Callable[[SessionRevoked], None],
        catch_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._amqp_url = amqp_url
        self._name = f"{name}.revocations"
        self._prefix = f"{login_of(amqp_url)}.revoked"
        self._revoked = revoked
        self._catch_up = catch_up
        self._stopping = asyncio.Event()
        self.loaded = False
        """Whether the revocations of the time before this process have been read."""
        self.listening = False
        """Whether the queue is bound and consumed now."""

    def stop(self) -> None:
        """Asks `run` to return."""
        self._stopping.set()

    async def run(self) -> None:
        """Listens until `stop`, outliving any failure of the broker or of the feed."""
        await stay_linked(self._amqp_url, self._name, self._listen, self._stopping)

    async def _listen(self, link: Link) -> None:
        lost = asyncio.Event()
        async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
            channel = await link.channel()
            # A new name each time: the broker may still hold the last one for a dead link.
            queue = await channel.declare_queue(
                f"{self._prefix}.{uuid7()}", exclusive=True, auto_delete=True
            )
            await queue.bind(PUBLIC_EXCHANGE, SessionRevoked.routing_key)
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _frame: lost.set())
            await queue.consume(self._hear, no_ack=True)
        self.listening = True
        catching_up = asyncio.create_task(self._load(), name=f"{self._name}.catch-up")
        ends = {
            asyncio.ensure_future(channel.closed()),
            asyncio.ensure_future(lost.wait()),
            asyncio.ensure_future(self._stopping.wait()),
        }
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if not self._stopping.is_set():
                raise BrokerLost("the revocation queue is gone")
        finally:
            self.listening = False
            for end in (*ends, catching_up):
                end.cancel()
            await asyncio.gather(*ends, catching_up, return_exceptions=True)

    async def _load(self) -> None:
        pause, longest = CATCH_UP_PAUSE
        while not self._stopping.is_set():
            try:
                await self._catch_up()
            except Exception as error:  # noqa: BLE001  # whatever the feed met, it is asked again
                _log.warning("revocations_not_read", error=type(error).__name__)
                await sleep_unless(self._stopping, pause)
                pause = min(pause * 2, longest)
            else:
                self.loaded = True
                return

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        try:
            received = read(message, _FACTS)
        except Unreadable as fault:
            _log.warning("revocation_unreadable", reason=fault.reason)
            return
        self._revoked(received.event.data)
