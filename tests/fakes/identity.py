"""Identity as the wire shows it to notifications: deliveries that can be fetched and deleted."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(slots=True)
class IdentityOnTheWire:
    """Answers `/internal`; `away` makes every call a 503."""

    url: str = ""
    away: bool = False
    deliveries: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    async def token(self, _request: web.Request) -> web.Response:
        return web.json_response({"access_token": "service-token", "expires_in": 300})

    async def read(self, request: web.Request) -> web.Response:
        if self.away:
            return web.json_response({}, status=503)
        found = self.deliveries.get(request.match_info["id"])
        return web.json_response(found or {}, status=200 if found else 404)

    async def delete(self, request: web.Request) -> web.Response:
        if self.away:
            return web.json_response({}, status=503)
        self.deleted.append(request.match_info["id"])
        found = self.deliveries.pop(request.match_info["id"], None)
        return web.Response(status=204 if found else 404)


@contextlib.asynccontextmanager
async def identity_on_the_wire() -> AsyncIterator[IdentityOnTheWire]:
    """A server of identity's internal calls on a free port."""
    twin = IdentityOnTheWire()
    app = web.Application()
    app.router.add_post("/internal/tokens", twin.token)
    app.router.add_get("/internal/deliveries/{id}", twin.read, allow_head=False)
    app.router.add_delete("/internal/deliveries/{id}", twin.delete)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    twin.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield twin
    await runner.cleanup()
