"""The merged OpenAPI document, kept for a while; what a service said outlives its absence."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict

from gateway.merging import merged
from gateway.parts import POOLS, PROFILE, SETTINGS
from gateway.pool import Pool
from gateway.table import ROWS
from shared.errors import DomainError, Unavailable
from shared.service import API_VERSION

FRESH_SECONDS = 30.0
PAUSE_SECONDS = 2.0
"""Between two askings while a service is away."""
ASK_SECONDS = 1.0


@dataclass(slots=True)
class Description:
    """Asks the services for their documents at most every 30 s, one asking at a time."""

    title: str
    url: str
    _parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _merged: dict[str, Any] = field(default_factory=dict)
    _ask_at: float = float("-inf")
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def document(self, pools: Mapping[str, Pool]) -> dict[str, Any]:
        """The document; a service that is away is as it was last known.

        Raises Unavailable while a service has never answered.
        """
        async with self._asking:
            if time.monotonic() >= self._ask_at:
                await self._ask(pools)
        if not self._merged:
            raise Unavailable
        return self._merged

    async def _ask(self, pools: Mapping[str, Pool]) -> None:
        services = list(dict.fromkeys(row.service for row in ROWS))
        answers = await asyncio.gather(*(_part(pools[service]) for service in services))
        known = {name: part for name, part in zip(services, answers, strict=True) if part}
        self._parts |= known
        whole = len(known) == len(services)
        self._ask_at = time.monotonic() + (FRESH_SECONDS if whole else PAUSE_SECONDS)
        if len(self._parts) == len(services):
            parts = {service: self._parts[service] for service in services}
            self._merged = merged(parts, title=self.title, version=API_VERSION, url=self.url)


async def _part(pool: Pool) -> dict[str, Any] | None:
    headers = CIMultiDict({"Accept": "application/json"})
    try:
        reply = await pool.send("GET", "/openapi.json", headers, None, seconds=ASK_SECONDS)
        part = orjson.loads(reply.body)
    except (DomainError, orjson.JSONDecodeError):
        return None
    return part if reply.status == 200 and isinstance(part, dict) else None  # noqa: PLR2004  # OK


DESCRIPTION = web.AppKey("description", Description)


def describe(app: web.Application) -> None:
    """Prepares the application's description."""
    title = f"{app[PROFILE].system_name}, {app[PROFILE].short_name}"
    app[DESCRIPTION] = Description(title, app[SETTINGS].public_url)


async def openapi(request: web.Request) -> web.Response:
    """GET /openapi.json."""
    document = await request.app[DESCRIPTION].document(request.app[POOLS])
    return web.Response(body=orjson.dumps(document), content_type="application/json")
