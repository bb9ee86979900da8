"""How long the event loop answers nobody at the longest, and how much of that it works itself."""

import asyncio
import time
from collections import deque

import structlog

from shared.health import Health
from shared.supervise import Supervisor

TICK_SECONDS = 0.02
REMEMBERED_SECONDS = 60.0
TOLD_SECONDS = 0.25
"""A stall this long is told in the log: people notice it."""

_log = structlog.get_logger()


class Longest:
    """The greatest of the values noted in the last minute."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, float]] = deque()

    def note(self, now: float, value: float) -> None:
        """Keeps what may yet be the greatest of its minute: later, smaller ones wait behind."""
        while self._noted and self._noted[-1][1] <= value:
            self._noted.pop()
        self._noted.append((now, value))
        while self._noted[0][0] < now - REMEMBERED_SECONDS:
            self._noted.popleft()

    @property
    def value(self) -> float:
        return self._noted[0][1] if self._noted else 0.0


class Stalls:
    """Wakes fifty times a second and notes how late.

    A stall that is all work is a defect of ours; one without is a machine with too much to do.
    """

    def __init__(self) -> None:
        self._late = Longest()
        self._work = Longest()

    async def watch(self) -> None:
        """Ticks for ever; a supervised task."""
        loop = asyncio.get_running_loop()
        while True:
            began, worked = loop.time(), time.thread_time()
            await asyncio.sleep(TICK_SECONDS)
            now = loop.time()
            self.note(now, now - began - TICK_SECONDS, time.thread_time() - worked)

    def note(self, now: float, late: float, work: float) -> None:
        """One tick: seconds behind its time, and seconds of the processor that the loop took."""
        self._late.note(now, late)
        # Work that was done while a tick was not yet due held nobody up.
        self._work.note(now, min(late, work))
        if late >= TOLD_SECONDS:
            _log.warning("loop_stalled", milliseconds=round(late * 1000))

    def tell(self, health: Health) -> None:
        """Adds `loop_stall_ms` and `loop_work_ms`, of the last minute, to the health report."""
        health.figures["loop_stall_ms"] = lambda: round(self._late.value * 1000, 1)
        health.figures["loop_work_ms"] = lambda: round(self._work.value * 1000, 1)


def watch_stalls(keeper: Supervisor, health: Health) -> None:
    """Watches this process's loop from now on, and tells it in the health report."""
    stalls = Stalls()
    stalls.tell(health)
    keeper.start("stalls", stalls.watch)
