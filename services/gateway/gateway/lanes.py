"""Places at a service: bounded in number, and so is the waiting for one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.errors import Unavailable

QUEUE_SECONDS = 1.5
WAITING_PER_PLACE = 4


class Lane:
    """So many places, and four times as many waiting for one, none of them for long."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._queue = places * WAITING_PER_PLACE
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place for the block, or Unavailable."""
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self) -> None:
        if self._waiting >= self._queue:
            raise Unavailable
        self._waiting += 1
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise Unavailable from None
        finally:
            self._waiting -= 1
