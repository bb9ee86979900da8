"""Answers that take the same time, whether or not there was something to do (R-04, R-06)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LEAST_SECONDS = 0.1


@asynccontextmanager
async def evenly(seconds: float = LEAST_SECONDS) -> AsyncIterator[None]:
    """The block ends, refused or not, no sooner than `seconds` after it began.

    Well above what the longest branch takes, so that nothing is to be learned by the clock.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, until - loop.time()))
