"""Whether everything that was said has been heard: outboxes empty, queues empty."""

import asyncio
import time
from urllib.parse import quote

import aio_pika
import aiohttp
import asyncpg

from deploy.local.errors import DiedEarly
from deploy.local.system import WITH_DATABASE, Surroundings

_SECONDS = 300.0
_PAUSE = 0.5
_QUIET_LOOKS = 3


async def settle(around: Surroundings, management_url: str) -> None:
    """Return once nothing is under way in three looks in a row.

    Raises `DiedEarly` after five minutes, with what is still waiting.
    """
    deadline = time.monotonic() + _SECONDS
    quiet = 0
    while quiet < _QUIET_LOOKS:
        waiting = await _outboxes(around) | await _queues(around, management_url)
        quiet = 0 if waiting else quiet + 1
        if time.monotonic() > deadline:
            raise DiedEarly(f"events still wait after {_SECONDS:.0f} s: {waiting}")
        await asyncio.sleep(_PAUSE)


async def _outboxes(around: Surroundings) -> dict[str, int]:
    """Return how many events each service has not published yet."""
    waiting = {}
    for service in WITH_DATABASE:
        connection = await asyncpg.connect(around.owner_url(service))
        try:
            waiting[f"{service.name} outbox"] = await connection.fetchval(
                "SELECT count(*) FROM outbox"
            )
        finally:
            await connection.close()
    return {name: count for name, count in waiting.items() if count}


async def _queues(around: Surroundings, management_url: str) -> dict[str, int]:
    """Return how many events each consumer has not taken or not settled yet.

    The management API's figures are some seconds old; a passive declaration counts what is ready
    at this moment. Both must be nought. Dead letters and the history wait for nobody.
    """
    async with (
        aiohttp.ClientSession(management_url, raise_for_status=True) as management,
        management.get(f"/api/queues/{quote(around.vhost, safe='')}") as answer,
    ):
        listed = {
            queue["name"]: queue.get("messages_unacknowledged", 0)
            for queue in await answer.json()
            if queue.get("type") == "quorum" and not queue["name"].endswith(".dead")
        }
    async with await aio_pika.connect(around.amqp_url) as connection:
        channel = await connection.channel()
        for name in listed:
            queue = await channel.declare_queue(name, passive=True)
            listed[name] += queue.declaration_result.message_count or 0
    return {name: count for name, count in listed.items() if count}
