"""Every answer that is not a success, as application/problem+json (RFC 9457)."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson
import structlog
from aiohttp import web

from shared import trace
from shared.database import CONTENDED, EXHAUSTED, GONE
from shared.errors import DomainError, Refused, Unavailable

CONTENT_TYPE = "application/problem+json"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_BY_STATUS = {
    400: "malformed-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    413: "body-too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    417: "expectation-failed",
    421: "misdirected-request",
    431: "headers-too-large",
    503: "unavailable",
}
_CLOSING = frozenset({"body-too-large", "request-timeout", "malformed-request"})
_log = structlog.get_logger()


def response(error: DomainError, instance: str | None = None) -> web.Response:
    """The refusal as an answer; never what was sent, SQL or a stack."""
    problem = error.problem
    # The parser's refusals come before any door has begun a trace.
    trace_id = trace.trace_id() or trace.fresh_id()
    body: dict[str, Any] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail or problem.help,
        "instance": instance or f"urn:trace:{trace_id}",
        "trace_id": trace_id,
        **error.members,
    }
    answer = web.Response(
        body=orjson.dumps(body, default=str), status=problem.status, content_type=CONTENT_TYPE
    )
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    if problem.status == 401:  # noqa: PLR2004  # RFC 9110, 15.5.2
        answer.headers["WWW-Authenticate"] = "Bearer"
    answer.headers["Cache-Control"] = "no-store"
    if problem.slug in _CLOSING:
        answer.force_close()
    return answer


def from_http(error: web.HTTPException) -> web.Response:
    """The refusals of aiohttp itself, 404 and 405 above all."""
    answer = response(Refused(_BY_STATUS.get(error.status, "malformed-request")))
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def as_refusal(error: Exception) -> DomainError | None:
    """What an exception means to a caller; None when it is a fault of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, (*GONE, *CONTENDED, *EXHAUSTED)):
        return Unavailable()
    # A text or number that PostgreSQL can't hold came from outside and was not caught at the edge.
    if isinstance(
        error, (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
    ):
        return Refused("invalid-request")
    return None


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where an exception becomes an answer."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004  # a redirect is no problem
            raise
        return from_http(error)
    except Exception as error:  # noqa: BLE001  # the door: what is not a refusal is logged and a 500
        refusal = as_refusal(error)
        if refusal is None:
            _log.exception("request_failed", method=request.method)
            refusal = Refused("internal-error")
        elif not isinstance(error, DomainError):
            _log.warning("dependency_failed", error=type(error).__name__)
        return response(refusal)
