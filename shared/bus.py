"""A plain connection to the broker whose every step is bounded; whoever uses it rebuilds it.

No hidden reconnection: a link that failed in any way is torn down and a new one is made, because
only then is it known which messages were confirmed and which consumers exist. A publishing link
never consumes: an alarm of the broker's blocks publishers and must not block readers.
"""

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel
from aio_pika.connection import make_url

HEARTBEAT_SECONDS = 5
CONNECT_SECONDS = 5.0
STEP_SECONDS = 3.0
CLOSE_SECONDS = 0.5
PAUSE_SECONDS = (0.2, 2.0)
"""First and longest pause between two attempts; the longest keeps a consumer back within 5 s."""

_log = structlog.get_logger()


class BrokerLost(Exception):
    """The link to the broker ended, whatever the library called it."""


class _TlsProvider(Protocol):
    async def get_context(self) -> ssl.SSLContext: ...


class _Address(Protocol):
    host: str | None
    port: int | None
    scheme: str


class Link(aio_pika.Connection):
    """A connection that can be ended at once even when its peer hangs."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__(make_url(url).update_query(heartbeat=str(HEARTBEAT_SECONDS), name=name))
        self.kwargs["transport_factory"] = self
        self._writer: asyncio.StreamWriter | None = None
        self.handshake_seconds = 0.0

    async def create(
        self, url: _Address, *, ssl_context_provider: _TlsProvider, **options: Any
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Opens the socket for the library, and keeps hold of it."""
        tls = await ssl_context_provider.get_context() if url.scheme == "amqps" else None
        reader, writer = await asyncio.open_connection(url.host, url.port, ssl=tls, **options)
        self._writer = writer
        return reader, writer

    async def open(self) -> None:
        """Connects within CONNECT_SECONDS; raises BrokerLost or what the library raises."""
        began = self.loop.time()
        async with asyncio.timeout(CONNECT_SECONDS):
            await self.connect()
        self.handshake_seconds = self.loop.time() - began
        tuned = self.transport.connection.connection_tune.heartbeat if self.transport else None
        if tuned != HEARTBEAT_SECONDS:
            raise BrokerLost(f"heartbeat is {tuned}")

    async def end(self) -> None:
        """Says good-bye to a broker that listens, and hangs up on one that doesn't."""
        closing = asyncio.ensure_future(self.close())
        try:
            await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        finally:
            if self._writer is not None:
                self._writer.transport.abort()
        (result,) = await asyncio.gather(closing, return_exceptions=True)
        if isinstance(result, BaseException):
            _log.info("broker_link_closed_badly", error=type(result).__name__)


def login_of(url: str) -> str:
    """The login a broker URL carries: who we are on the bus."""
    return unquote(urlsplit(url).username or "")


@asynccontextmanager
async def linked(url: str, name: str) -> AsyncIterator[Link]:
    """A link for the time of the block. `name` is what operators see beside the connection."""
    link = Link(url, name)
    try:
        async with lost_on_cancel():
            await link.open()
        yield link
    finally:
        await link.end()


@asynccontextmanager
async def lost_on_cancel() -> AsyncIterator[None]:
    """A CancelledError that nobody asked for is the library's word for a dead link: BrokerLost."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise BrokerLost("cancelled by the link") from None


async def publishing_channel(link: Link) -> AbstractChannel:
    """A channel whose publishes are confirmed and raise when the broker can't route them."""
    async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
        return await link.channel(publisher_confirms=True, on_return_raises=True)


async def stay_linked(
    url: str,
    name: str,
    work: Callable[[Link], Awaitable[None]],
    stopping: asyncio.Event,
) -> None:
    """Runs `work` on a link, again on a new one whenever it fails, until `stopping` is set.

    `work` returns when it has finished for good. A broker that is away is no failure of the
    caller's: it is logged and awaited, however long.
    """
    first, longest = PAUSE_SECONDS
    pause = first
    loop = asyncio.get_running_loop()
    while not stopping.is_set():
        began = loop.time()
        try:
            async with lost_on_cancel(), linked(url, name) as link:
                await work(link)
        except Exception as error:  # noqa: BLE001  # an endless loop outlives whatever one round met
            # Paced from one attempt's start to the next one's: towards a broker that hangs an
            # attempt is always under way, so that the link stands as soon as it wakes.
            lasted = loop.time() - began
            pause = first if lasted > CONNECT_SECONDS + longest else min(pause * 2, longest)
            _log.warning("broker_link_lost", component=name, error=_name(error))
            jitter = random.uniform(0.5, 1.0)  # noqa: S311  # spreads many processes' attempts
            await sleep_unless(stopping, max(first / 2, jitter * pause - lasted))


async def sleep_unless(stopping: asyncio.Event, seconds: float) -> None:
    """Waits, and no longer than until `stopping` is set."""
    waiting = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({waiting}, timeout=seconds)
    finally:
        waiting.cancel()


def _name(error: BaseException) -> str:
    if isinstance(error, ExceptionGroup):
        return ", ".join(_name(inner) for inner in error.exceptions)
    return type(error).__name__
