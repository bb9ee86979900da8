"""Whether everything that was said has been heard: outboxes empty, queues empty."""

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

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
    databases = {service.name: around.owner_url(service) for service in WITH_DATABASE}
    deadline = time.monotonic() + _SECONDS
    quiet = 0
    while quiet < _QUIET_LOOKS:
        waiting = await under_way(databases, around.amqp_url, management_url)
        quiet = 0 if waiting else quiet + 1
        if time.monotonic() > deadline:
            raise DiedEarly(f"events still wait after {_SECONDS:.0f} s: {waiting}")
        await asyncio.sleep(_PAUSE)


async def under_way(
    databases: Mapping[str, str], amqp_url: str, management_url: str
) -> dict[str, int]:
    """How many events wait, by outbox and by queue; only those where any do.

    `databases` are URLs by service. Both of the broker's URLs carry an administrator's login.
    """
    waiting = await _outboxes(databases) | await _queues(amqp_url, management_url)
    return {name: count for name, count in waiting.items() if count}


async def _outboxes(databases: Mapping[str, str]) -> dict[str, int]:
    """Return how many events each service has not published yet."""
    waiting = {}
    for name, url in databases.items():
        connection = await asyncpg.connect(url)
        try:
            waiting[f"{name} outbox"] = await connection.fetchval("SELECT count(*) FROM outbox")
        finally:
            await connection.close()
    return waiting


async def _queues(amqp_url: str, management_url: str) -> dict[str, int]:
    """Return how many events each consumer has not taken or not settled yet.

    The management API's figures are some seconds old; a passive declaration counts what is ready
    at this moment. Both must be nought. Dead letters and the history wait for nobody.
    """
    vhost = unquote(urlsplit(amqp_url).path[1:]) or "/"
    async with (
        aiohttp.ClientSession(management_url, raise_for_status=True) as management,
        management.get(f"/api/queues/{quote(vhost, safe='')}") as answer,
    ):
        listed = {
            queue["name"]: queue.get("messages_unacknowledged", 0)
            for queue in await answer.json()
            if queue.get("type") == "quorum" and not queue["name"].endswith(".dead")
        }
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        for name in listed:
            queue = await channel.declare_queue(name, passive=True)
            listed[name] += queue.declaration_result.message_count or 0
    return listed
