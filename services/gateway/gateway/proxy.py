"""Carries a request to its service and the answer back, and neither more nor less than that."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from multidict import CIMultiDict, istr

from gateway.callers import ADDRESS_HEADER
from gateway.parts import CLIENT, POOLS
from gateway.table import Row
from shared import trace
from shared.errors import IdempotencyKeyMissing, Malformed, Refused, Unauthenticated
from shared.strict_json import BODY_BYTES, BODY_SECONDS

_KEY = istr("Idempotency-Key")
_CLIENT_ADDRESS = istr(ADDRESS_HEADER)
_TRACEPARENT = istr("traceparent")
_CARRIED = (
    hdrs.AUTHORIZATION, hdrs.CONTENT_TYPE, _KEY, istr("Sisa-Channel"), hdrs.ACCEPT_LANGUAGE,
    hdrs.IF_NONE_MATCH, hdrs.USER_AGENT, hdrs.ACCEPT,
)  # fmt: skip
"""What a client may say to a service. Whatever else it sends, X-Forwarded-*, X-User-*, Forwarded,
cookies, hop-by-hop headers and a client address of its own invention, ends here."""


def carried(request: web.Request) -> CIMultiDict[str]:
    """The headers with which a request goes on to a service.

    Letters beyond ASCII have no meaning in any of them: 401 for a token, 400 for a key, and from
    the others nothing.
    """
    given = request.headers
    headers = CIMultiDict(
        (name, value) for name in _CARRIED if (value := given.get(name)) and value.isascii()
    )
    if hdrs.AUTHORIZATION in given and hdrs.AUTHORIZATION not in headers:
        raise Unauthenticated
    if _KEY in given and _KEY not in headers:
        raise IdempotencyKeyMissing
    headers.setdefault(hdrs.ACCEPT, "*/*")
    headers[hdrs.ACCEPT_ENCODING] = "identity"
    headers[_CLIENT_ADDRESS] = request[CLIENT]
    headers[_TRACEPARENT] = trace.traceparent() or ""
    return headers


async def read_body(request: web.Request) -> bytes | None:
    """The body as it came, unjudged; None where there is none.

    Raises 415 for any compression, 413 past 64 KiB, 408 for a client that takes longer than 8 s.
    """
    if not request.body_exists:
        return None
    if hdrs.CONTENT_ENCODING in request.headers:
        raise Refused("unsupported-media-type")
    if (request.content_length or 0) > BODY_BYTES:
        raise Refused("body-too-large")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Refused("request-timeout") from None
    except (web.RequestPayloadError, ConnectionError):
        raise Malformed from None


def handler(row: Row) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What answers the row's path: its service, through the pool of the listener's own."""

    async def handle(request: web.Request) -> web.StreamResponse:
        target = request.rel_url.raw_path_qs
        if not target.isascii():
            raise Malformed
        body = await read_body(request)
        reply = await request.app[POOLS][row.service].send(
            request.method,
            target,
            carried(request),
            body,
            seconds=row.seconds,
            costly=row.costly,
        )
        return web.Response(body=reply.body, status=reply.status, headers=reply.headers)

    return handle
