"""What the clock starts: a job runs again and again under supervision, several replicas at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from shared import idempotency, inbox, outbox, trace
from shared.clock import Clock
from shared.database import Database
from shared.health import Health


@dataclass(frozen=True, slots=True)
class Job:
    """`run(app, now)` every so many seconds; it must be harmless when replicas do it together."""

    name: str
    seconds: float
    run: Callable[[web.Application, datetime], Awaitable[None]]


def keep_doing(app: web.Application, job: Job, now: Clock) -> Callable[[], Awaitable[None]]:
    """The job's endless loop; a failure ends it, and its supervisor starts it again."""

    async def loop() -> None:
        while True:
            token = trace.begin()
            try:
                await job.run(app, now())
            finally:
                trace.end(token)
            await asyncio.sleep(job.seconds)

    return loop


def housekeeping(database: Database, health: Health) -> tuple[Job, ...]:
    """What every service with a database does: forgets what is old, counts its outbox."""
    waiting = {"depth": 0.0, "age": 0.0}
    health.figures["outbox_depth"] = lambda: waiting["depth"]
    health.figures["outbox_age_seconds"] = lambda: waiting["age"]

    async def purge(_app: web.Application, now: datetime) -> None:
        await idempotency.purge(database)
        await inbox.reap(database, now)

    async def count(_app: web.Application, now: datetime) -> None:
        async with database.connection() as connection:
            backlog = await outbox.backlog(connection)
        waiting["depth"] = float(backlog.depth)
        oldest = backlog.oldest_at
        waiting["age"] = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())

    return Job("purge", 3600.0, purge), Job("backlog", 2.0, count)
