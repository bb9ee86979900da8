"""Live and ready: ready means able to serve requests now (decision 8)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson
from aiohttp import web

from shared.database import Database

PROBE_SECONDS = 1.0

Probe = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class Health:
    """`vital` probes decide readiness; the `other` ones are reported as degraded and no more."""

    vital: dict[str, Probe] = field(default_factory=dict)
    other: dict[str, Probe] = field(default_factory=dict)
    figures: dict[str, Callable[[], float]] = field(default_factory=dict)
    _found: dict[str, bool] = field(default_factory=dict)

    async def watch(self) -> None:
        """Probes everything each second, for ever; a supervised task."""
        while True:
            await self.probe()
            await asyncio.sleep(1.0)

    async def probe(self) -> None:
        probes = {**self.vital, **self.other}
        results = await asyncio.gather(*(_bounded(probe) for probe in probes.values()))
        self._found = dict(zip(probes, results, strict=True))

    @property
    def ready(self) -> bool:
        return all(self._found.get(name, False) for name in self.vital)

    def report(self) -> dict[str, object]:
        """`{status: ready | degraded | unready, checks: {name: bool}, figures: {name: number}}`."""
        well = self.ready and all(self._found.get(name, False) for name in self.other)
        status = "ready" if well else "degraded" if self.ready else "unready"
        figures = {name: read() for name, read in self.figures.items()}
        return {"status": status, "checks": dict(self._found), "figures": figures}


async def _bounded(probe: Probe) -> bool:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except Exception:  # noqa: BLE001  # a probe that fails in any way has answered: no
        return False


HEALTH = web.AppKey("health", Health)


async def live(_request: web.Request) -> web.Response:
    """The process runs and its loop turns."""
    return web.json_response({"status": "live"}, headers={"Cache-Control": "no-store"})


async def ready(request: web.Request) -> web.Response:
    """200 when requests can be served, else 503; the body says what is missing."""
    health = request.app[HEALTH]
    return web.Response(
        body=orjson.dumps(health.report()),
        status=200 if health.ready else 503,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def database_probe(database: Database) -> Probe:
    """The database answers, and a connection to it was to be had."""

    async def answers() -> bool:
        async with database.connection(PROBE_SECONDS) as connection:
            return bool(await connection.fetchval("SELECT true"))

    return answers
