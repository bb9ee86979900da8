"""The relay: takes rows of the outbox, publishes them confirmed, and settles each by its confirm.

One runs inside each service process; several at once share the rows by their locks. What was
published and not settled, for any reason, is published again: consumers know each event by its id.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import structlog
from aio_pika.abc import AbstractChannel

from shared import relay_rows
from shared.bus import BrokerLost, Link, login_of, publishing_channel, sleep_unless, stay_linked
from shared.database import server_settings
from shared.relay_publish import publish
from shared.relay_rows import Fate

SMALLEST, FIRST, LARGEST = 1, 20, 200
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.005
"""After a wake-up, so that commits of the same moment share a batch."""
CYCLE_SECONDS = 8.0
"""Below the server's idle_in_transaction_session_timeout of 10 s."""
LONGEST_PAUSE = 5.0
_HELD_UP_SECONDS = 0.5

_log = structlog.get_logger()


class Relay:
    """Publishes one database's outbox as one login; `run` it under a supervisor."""

    def __init__(self, database_url: str, amqp_url: str, *, name: str) -> None:
        self._database_url = database_url
        self._amqp_url = amqp_url
        self._login = login_of(amqp_url)
        self._name = name
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._size = FIRST
        self._timeouts = 0
        self.relayed = 0
        """Events confirmed and settled since the start."""
        self.linked = False
        """Whether a link to the broker stands and the last batch was answered."""

    def wake(self) -> None:
        """Says that a transaction with events has committed; costs nothing and never blocks."""
        self._woken.set()

    def stop(self) -> None:
        """Asks `run` to finish the batch in hand and return."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Relays until `stop`, outliving any failure of the broker or of the database."""
        await stay_linked(self._amqp_url, f"{self._name}.relay", self._relay, self._stopping)

    async def _relay(self, link: Link) -> None:
        channel = await publishing_channel(link)
        await self._hold_back(link)
        async with self._own_connection() as connection:
            self.linked = self._timeouts == 0
            try:
                while not self._stopping.is_set():
                    self._woken.clear()
                    taken = await self._cycle(connection, channel)
                    if taken < max(1, self._size // 2):
                        await self._rest(channel)
            finally:
                self.linked = False

    async def _hold_back(self, link: Link) -> None:
        # A broker under an alarm greets at once and then reads nothing: that needs patience. One
        # that kept the greeting waiting has just woken up, and needs none.
        if self._timeouts and link.handshake_seconds < _HELD_UP_SECONDS:
            await sleep_unless(
                self._stopping, min(0.25 * 2 ** min(self._timeouts, 5), LONGEST_PAUSE)
            )

    async def _rest(self, channel: AbstractChannel) -> None:
        if channel.is_closed:
            raise BrokerLost("the channel was closed")
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
            await asyncio.sleep(GATHER_SECONDS)
        except TimeoutError:
            return

    @asynccontextmanager
    async def _own_connection(self) -> AsyncIterator[asyncpg.Connection]:
        # Outside the pool, so that relaying never takes a request's place. Its commits need not
        # reach the disk at once: a deletion that a crash undoes is an event published twice.
        settings = {**server_settings(f"{self._name}.relay"), "synchronous_commit": "off"}
        connection = await asyncpg.connect(
            self._database_url, timeout=2.0, command_timeout=3.0, server_settings=settings
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def _cycle(self, connection: asyncpg.Connection, channel: AbstractChannel) -> int:
        """One batch; returns how many rows it took."""
        watchdog = asyncio.get_running_loop().call_later(CYCLE_SECONDS, connection.terminate)
        try:
            async with connection.transaction():
                rows = await relay_rows.take(connection, self._size)
                if not rows:
                    return 0
                fates = await publish(channel, rows, self._login)
                acked = [row.position for row, fate in fates if fate is Fate.ACKED]
                failed = [(row, fate) for row, fate in fates if fate is not Fate.ACKED]
                await relay_rows.settle(connection, acked, failed)
        finally:
            watchdog.cancel()
        self.relayed += len(acked)
        self._judge(len(rows), {fate for _, fate in fates})
        return len(rows)

    def _judge(self, taken: int, fates: set[Fate]) -> None:
        """Sets the next batch's size; raises BrokerLost when this link can't go on."""
        if Fate.UNDECIDED in fates or Fate.REFUSED in fates:
            self._size = SMALLEST
            self.linked = False
            if Fate.REFUSED not in fates:
                self._timeouts += 1
            raise BrokerLost("a batch was not answered")
        self._timeouts = 0
        self.linked = True
        if taken >= self._size // 2:
            self._size = min(self._size * 2, LARGEST)
