"""Settles what no answer has told of: the same key again, until the system says what became."""

import asyncio
import time
from collections.abc import Iterable

from deploy.local.replay.attempt import Attempt

DEADLINE = 60.0
_PAUSE = 1.0
_AT_ONCE = 20


async def settle(attempts: Iterable[Attempt], seconds: float = DEADLINE) -> list[Attempt]:
    """Repeat each until it tells; returns those that told nothing when the time was up."""
    deadline = time.monotonic() + seconds
    turns = asyncio.Semaphore(_AT_ONCE)

    async def repeat(attempt: Attempt) -> Attempt | None:
        async with turns:
            while not attempt.told(await attempt.call()):
                if time.monotonic() > deadline:
                    return attempt
                await asyncio.sleep(_PAUSE)
            return None

    ends = await asyncio.gather(*(repeat(attempt) for attempt in attempts))
    return [end for end in ends if end is not None]
