"""Writes outcomes as fast as the database takes them: all that ended meanwhile at once."""

import asyncio

import structlog

from notifications.domain.claims import Claimed
from notifications.domain.outcomes import Outcome
from notifications.usecases.settle_mails import Ended, settle_mails
from shared.clock import Clock
from shared.database import CONTENDED, EXHAUSTED, GONE, Database
from shared.errors import Unavailable

_PAUSE_SECONDS = 0.5

DATABASE_AWAY: tuple[type[BaseException], ...] = (Unavailable, *GONE, *CONTENDED, *EXHAUSTED)
"""The database's failures that pass: whoever meets one tries again later."""

_log = structlog.get_logger()


class Settler:
    """Lanes don't wait for it; what it holds when the process dies is found by its lease."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._ended: list[Ended] = []
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, mail: Claimed, outcome: Outcome) -> None:
        self._ended.append((mail, outcome))
        self._idle.clear()
        self._work.set()

    async def run(self) -> None:
        """Writes for ever; a supervised task."""
        while True:
            while self._ended:
                await self._write()
            self._idle.set()
            self._work.clear()
            await self._work.wait()

    async def settled(self, seconds: float) -> bool:
        """Whether everything was written, after waiting for at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _write(self) -> None:
        batch = self._ended[:]
        try:
            await self._database.retrying(
                lambda: settle_mails(self._database, batch, self._clock())
            )
        except DATABASE_AWAY:
            _log.warning("mail_settlements_await", count=len(batch))
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            del self._ended[: len(batch)]
