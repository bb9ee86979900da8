"""The access log, off the hot path: the request leaves a tuple, a thread writes the line."""

import queue
import threading
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from aiohttp import web

from shared import trace
from shared.problems import Handler

Record = tuple[float, str, str, int, float, str | None]
"""Epoch seconds, method, route template, status, seconds taken, trace id."""

_QUEUE: web.AppKey[queue.SimpleQueue[Record | None]] = web.AppKey("access_queue")
_QUIET = ("/health/", "/internal/")
_HELD = 20_000


def route_template(request: web.Request) -> str:
    """`/v1/appointments/{id}`, never the path itself: ids and tokens stay out of logs."""
    resource = request.match_info.route.resource
    return "unmatched" if resource is None else resource.canonical


@web.middleware
async def access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Notes each request's route, status and duration."""
    began = time.monotonic()
    status = 499
    try:
        answer = await handler(request)
        status = answer.status
        return answer
    finally:
        waiting = request.app[_QUEUE]
        if not request.path.startswith(_QUIET) and waiting.qsize() < _HELD:
            waiting.put(
                (
                    time.time(),
                    request.method,
                    route_template(request),
                    status,
                    time.monotonic() - began,
                    trace.trace_id(),
                )
            )


async def access_log(app: web.Application) -> AsyncIterator[None]:
    """For `cleanup_ctx`: the thread that writes, ended after the last request."""
    waiting: queue.SimpleQueue[Record | None] = queue.SimpleQueue()
    app[_QUEUE] = waiting
    bound = structlog.contextvars.get_contextvars()
    writer = threading.Thread(target=_write, args=(waiting, bound), name="access-log", daemon=True)
    writer.start()
    yield
    waiting.put(None)
    writer.join(timeout=1.0)


def _write(waiting: "queue.SimpleQueue[Record | None]", bound: dict[str, object]) -> None:
    structlog.contextvars.bind_contextvars(**bound)
    log = structlog.get_logger()
    while (record := waiting.get()) is not None:
        at, method, route, status, seconds, trace_id = record
        log.info(
            "request_answered",
            timestamp=datetime.fromtimestamp(at, UTC).isoformat(),
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace_id=trace_id,
        )
