"""A service as the gateway sees it: answers what it is told, remembers what it was asked, fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from multidict import CIMultiDictProxy

Mood = Literal["answers", "hangs", "resets"]


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    target: str
    headers: CIMultiDictProxy[str]
    body: bytes


Answering = Callable[[Received], Awaitable[web.Response] | web.Response]


def _ok(_received: Received) -> web.Response:
    return web.json_response({"ok": True}, headers={"Cache-Control": "no-store"})


@dataclass(slots=True)
class Neighbour:
    """`mood` says whether it answers by `answering`, never answers, or cuts the connection."""

    answering: Answering = _ok
    mood: Mood = "answers"
    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def asked(self) -> list[Received]:
        """What it was asked, apart from the probes of its health."""
        return [one for one in self.received if one.target != "/health/ready"]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, backlog=2048).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        received = Received(request.method, request.raw_path, request.headers, body)
        self.received.append(received)
        if self.mood == "hangs":
            await asyncio.sleep(60)
        if self.mood == "resets" and request.transport is not None:
            request.transport.abort()
        if received.target == "/health/ready":
            return web.json_response({"status": "ready"})
        answer = self.answering(received)
        return answer if isinstance(answer, web.StreamResponse) else await answer
