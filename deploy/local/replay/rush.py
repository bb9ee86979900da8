"""The trace's clock: each request starts when it is due, whatever became of those before it.

An open loop: a slow system is met by as many people as a quick one. Only the number under way at
once is bounded, for the sake of this machine, and a start that was late is told.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from deploy.local.replay.trace import Request

UNDER_WAY_AT_MOST = 400
LATE = 0.25
"""Seconds; less is the machine's own noise."""


@dataclass(slots=True)
class Punctuality:
    """How well the clock was kept; `worst` in seconds."""

    late: int = 0
    worst: float = 0.0

    def note(self, lag: float) -> bool:
        """Count a start; returns whether it is the first late one."""
        self.worst = max(self.worst, lag)
        if lag <= LATE:
            return False
        self.late += 1
        return self.late == 1


async def rush(
    requests: Sequence[Request],
    act: Callable[[Request], Awaitable[None]],
    *,
    speed: float,
    ended: Callable[[], None],
    behind: Callable[[float], None],
    at_most: int = UNDER_WAY_AT_MOST,
) -> Punctuality:
    """Start `act` for each request at `at / speed` seconds and wait for all.

    `ended` is called after each; `behind` with the lag in seconds when the first start is late.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    punctuality = Punctuality()
    places = asyncio.Semaphore(at_most)

    async def run(request: Request) -> None:
        try:
            await act(request)
        finally:
            places.release()
            ended()

    async with asyncio.TaskGroup() as group:
        for request in requests:
            due = began + request.at / speed
            await asyncio.sleep(max(0.0, due - clock()))
            await places.acquire()
            lag = clock() - due
            if punctuality.note(lag):
                behind(lag)
            group.create_task(run(request))
    return punctuality
