"""Waits until a run has come to rest: nothing to publish, nothing to consume, no mail to send."""

import asyncio
import time

import asyncpg

from deploy.local.balance.running import Running
from deploy.local.settled import under_way

DEADLINE = 60.0
_PAUSE = 0.5
_QUIET_LOOKS = 2
_UNSENT = "SELECT count(*) FROM mails WHERE state IN ('queued', 'sending')"


async def at_rest(running: Running, seconds: float = DEADLINE) -> dict[str, int]:
    """Return as soon as nothing is under way in two looks in a row: an empty dict.

    Otherwise, when the time is up, what is still waiting and how many of each.
    """
    deadline = time.monotonic() + seconds
    quiet = 0
    while True:
        waiting = await _waiting(running)
        quiet = 0 if waiting else quiet + 1
        if quiet == _QUIET_LOOKS or time.monotonic() > deadline:
            return waiting
        await asyncio.sleep(_PAUSE)


async def _waiting(running: Running) -> dict[str, int]:
    # In the order of an event's way: what has left one place is seen in the next.
    waiting = await under_way(running.databases, running.amqp, running.management)
    connection = await asyncpg.connect(running.databases["notifications"])
    try:
        unsent = await connection.fetchval(_UNSENT)
    finally:
        await connection.close()
    return waiting | ({"mails not sent yet": unsent} if unsent else {})
