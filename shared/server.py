"""The HTTP server: deadlines against slow clients, and an orderly end on SIGTERM.

aiohttp has no deadline for a request's head and keeps idle connections for an hour; both are
bounded here. Bodies are bounded where they are read (`strict_json`).
"""

import asyncio
import gc
import signal

import structlog
import uvloop
from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_runner import BaseRunner, BaseSite

from shared import problems, trace
from shared.errors import DomainError, Malformed

HEAD_SECONDS = 8.0
SHUTDOWN_SECONDS = 6.0
BACKLOG = 2048
LINE_BYTES = 8190
LINGER_SECONDS = 1.0
"""How long a refused body is still taken in, so that its sender gets to read the refusal."""

_log = structlog.get_logger()


class _Unrouted(web.Response):
    """A refusal before any application is known: no hook of one can add or take headers."""

    def __init__(self, refusal: DomainError) -> None:
        token = trace.begin()
        made = problems.response(refusal)
        trace.end(token)
        super().__init__(body=made.body, status=made.status, headers=made.headers)
        self.headers["X-Content-Type-Options"] = "nosniff"
        self.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        self.headers["Referrer-Policy"] = "no-referrer"
        self.force_close()

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall("Server", None)


class GuardedHandler(RequestHandler):
    """A connection that must bring a whole request head within `HEAD_SECONDS`."""

    __slots__ = ("_head_timer",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._head_timer: asyncio.TimerHandle | None = None
        self._arm()

    def data_received(self, data: bytes) -> None:
        waiting = self._current_request is None and not self._messages
        super().data_received(data)
        if self._messages or self._current_request is not None:
            self._disarm()
        elif waiting:
            self._arm()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002  # the signature of aiohttp's own
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # would repeat what was sent
    ) -> web.StreamResponse:
        """What the parser refuses, as a problem; a fault of ours has been answered before."""
        if status >= 500:  # noqa: PLR2004  # ours
            _log.error("connection_failed", error=type(exc).__name__)
        return _Unrouted(Malformed())

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """What aiohttp refuses outside of every middleware, `Expect` above all, as a problem."""
        if isinstance(resp, web.HTTPException) and resp.status >= 400:  # noqa: PLR2004  # a refusal
            token = trace.begin()
            resp = problems.from_http(resp)
            trace.end(token)
        return await super().finish_response(request, resp, start_time)

    def _arm(self) -> None:
        if self._head_timer is None:
            loop = asyncio.get_running_loop()
            self._head_timer = loop.call_later(HEAD_SECONDS, self._expired)

    def _disarm(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _expired(self) -> None:
        self._head_timer = None
        if self._current_request is None and not self._messages:
            self.force_close()


class GuardedSite(BaseSite):
    """A listening socket whose connections are guarded."""

    def __init__(self, runner: BaseRunner, host: str, port: int) -> None:
        super().__init__(runner, backlog=BACKLOG)
        self._host, self._port = host, port

    @property
    def name(self) -> str:
        return f"http://{self._host}:{self.port}"

    @property
    def port(self) -> int:
        """The port listened on; the one given, or the one the system chose for 0."""
        if isinstance(self._server, asyncio.Server) and self._server.sockets:
            return int(self._server.sockets[0].getsockname()[1])
        return self._port

    async def start(self) -> None:
        await super().start()
        loop = asyncio.get_running_loop()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")
        self._server = await loop.create_server(
            lambda: GuardedHandler(server, loop=loop, **server._kwargs),  # noqa: SLF001  # the one way in
            self._host,
            self._port,
            backlog=BACKLOG,
        )


def runner_for(app: web.Application, *, keepalive_seconds: float) -> web.AppRunner:
    """A runner with our limits; `keepalive_seconds` is how long an idle connection may stay."""
    return web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        keepalive_timeout=keepalive_seconds,
        shutdown_timeout=SHUTDOWN_SECONDS,
        lingering_time=LINGER_SECONDS,
        max_line_size=LINE_BYTES,
        max_field_size=LINE_BYTES,
    )


async def serve(
    apps: list[tuple[web.Application, str, int]], *, keepalive_seconds: float = 75.0
) -> None:
    """Serves each `(app, host, port)` until SIGTERM or SIGINT: stop accepting, finish, drain."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    runners = [runner_for(app, keepalive_seconds=keepalive_seconds) for app, _, _ in apps]
    try:
        for runner, (_, host, port) in zip(runners, apps, strict=True):
            setting_up = asyncio.ensure_future(runner.setup())
            waiting = asyncio.ensure_future(stopped.wait())
            await asyncio.wait({setting_up, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if stopped.is_set():
                setting_up.cancel()
                await asyncio.gather(setting_up, return_exceptions=True)
                return
            await setting_up
            site = GuardedSite(runner, host, port)
            await site.start()
            _log.info("listening", host=host, port=site.port)
        # What the start has made stays to the end. Else each full collection would walk all of it,
        # 50 ms in which nobody is answered.
        gc.collect()
        gc.freeze()
        await stopped.wait()
        _log.info("stopping")
    finally:
        for runner in reversed(runners):
            await runner.cleanup()
        _log.info("stopped")


def run(apps: list[tuple[web.Application, str, int]], *, keepalive_seconds: float = 75.0) -> None:
    """`serve` on uvloop; returns when the last resource is closed."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(apps, keepalive_seconds=keepalive_seconds))
