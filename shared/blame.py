"""Whose fault a failed try at a message was: the message's own, or the database's of that moment.

Work that ran out of time looks the same either way. So the database is asked for a sign of life all
the while a try lasts: what took too long although others were served at once is itself too heavy.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.database import CONTENDED, EXHAUSTED, GONE, WORK_SECONDS, Database
from shared.errors import Unavailable

BEAT_SECONDS = 0.5
SIGN_SECONDS = 1.0
_SILENCE_SECONDS = BEAT_SECONDS + SIGN_SECONDS
# A read would be answered from memory while the disk hangs: this is written, flushed and no row.
_SIGN = "SELECT pg_logical_emit_message(true, 'sign-of-life', '')"


class Watch:
    """What was seen of the database since a try began."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._began = self._signed = self._loop.time()
        self._silence = 0.0

    async def blames_message(self, error: Exception) -> bool:
        """Whether the error that ended the try counts against the message."""
        if isinstance(error, asyncpg.QueryCanceledError) or self._outlasted(error):
            return await self._sign() and self._silence <= _SILENCE_SECONDS
        if isinstance(error, (Unavailable, *CONTENDED, *EXHAUSTED)):
            return False
        # The driver's class for a lost connection is also its class for a wrong argument.
        if isinstance(error, ValueError) or not isinstance(error, GONE):
            return True
        return not isinstance(error, asyncpg.PostgresError) and await self._sign()

    def _outlasted(self, error: Exception) -> bool:
        """Whether the connection was terminated because the whole work took too long."""
        return isinstance(error, GONE) and self._loop.time() - self._began >= WORK_SECONDS

    async def beat(self) -> None:
        """Asks for a sign of life twice a second, for as long as it runs."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._sign()

    async def _sign(self) -> bool:
        try:
            async with self._database.connection(SIGN_SECONDS) as connection:
                await connection.execute(_SIGN)
        except Exception:  # noqa: BLE001  # no sign is no sign, whatever kept it away
            return False
        now = self._loop.time()
        self._silence, self._signed = max(self._silence, now - self._signed), now
        return True


@asynccontextmanager
async def watch(database: Database) -> AsyncIterator[Watch]:
    """Watches the database for the time of the block, which is one try at one message."""
    watching = Watch(database)
    beating = asyncio.create_task(watching.beat())
    try:
        yield watching
    finally:
        beating.cancel()
        await asyncio.wait({beating})
