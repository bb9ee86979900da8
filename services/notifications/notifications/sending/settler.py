"""Writes outcomes as fast as the database takes them: all that ended meanwhile at once."""

import asyncio

import structlog

from notifications.domain.claims import Claimed
from notifications.domain.outcomes import Outcome, Unbegun
from notifications.usecases.settle_mails import Ended, settle_mails
from shared import crash_points
from shared.clock import Clock
from shared.database import CONTENDED, EXHAUSTED, GONE, Database
from shared.errors import Unavailable

_PAUSE_SECONDS = 0.5

DATABASE_AWAY: tuple[type[BaseException], ...] = (Unavailable, *GONE, *CONTENDED, *EXHAUSTED)
"""The database's failures that pass: whoever meets one tries again later."""

_log = structlog.get_logger()


class Settler:
    """What it holds when the process dies is found by its lease.

    A lane waits for its own mail's mark before it hands in the next one: a process that is killed
    leaves at most one mail of each lane accepted and not marked.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._ended: list[tuple[Ended, asyncio.Future[None] | None]] = []
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def give_back(self, mail: Claimed) -> None:
        """The mail was not begun."""
        self._ended.append((Ended(mail, Unbegun()), None))
        self._idle.clear()
        self._work.set()

    def mark(
        self, mail: Claimed, outcome: Outcome, following: Claimed | None
    ) -> asyncio.Future[None]:
        """The future is done when the outcome is written, and `following` marked as begun."""
        written = asyncio.get_running_loop().create_future()
        self._ended.append((Ended(mail, outcome, following), written))
        self._idle.clear()
        self._work.set()
        return written

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
                lambda: settle_mails(self._database, [ended for ended, _ in batch], self._clock())
            )
        except DATABASE_AWAY:
            _log.warning("mail_settlements_await", count=len(batch))
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            crash_points.reached("mail.after_mark")
            del self._ended[: len(batch)]
            for _, written in batch:
                if written is not None and not written.done():
                    written.set_result(None)
