"""The first thing that happens to a request: its trace, its caller, its limits."""

from collections.abc import Callable, Mapping

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from gateway.callers import counted_as
from gateway.limits import ADDRESS, EVERYTHING, Limit, Limiter
from gateway.parts import CLIENT
from gateway.table import Row
from shared import trace
from shared.errors import Malformed, Refused, TooMany
from shared.problems import Handler

_UNLIMITED = "/health/"
Address = Callable[[web.Request], str]


@web.middleware
async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A trace of our own: an outsider's would let strangers write into one another's."""
    token = trace.begin()
    try:
        return await handler(request)
    finally:
        trace.end(token)


def admission(
    rows: tuple[Row, ...], limiter: Limiter, address: Address, hosts: frozenset[str]
) -> Middleware:
    """Refuses a foreign Host with 421, an upgrade with 400, a caller over the limit with 429."""
    limits: Mapping[tuple[str, str], Limit] = {
        (method, row.path): row.limit for row in rows for method in row.methods
    }

    @web.middleware
    async def admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = request.headers
        if hosts and request.host.rpartition(":")[0] not in hosts and request.host not in hosts:
            raise Refused("misdirected-request")
        if headers.get(hdrs.UPGRADE, "").lower() == "websocket":
            raise Malformed
        client = request[CLIENT] = address(request)
        resource = request.match_info.route.resource
        path = "" if resource is None else resource.canonical
        if path.startswith(_UNLIMITED):
            return await handler(request)
        limit = limits.get((request.method, path), ADDRESS)
        counted = counted_as(client)
        wait = limiter.wait(EVERYTHING, counted)
        token = headers.get(hdrs.AUTHORIZATION) if limit.with_token else None
        if limit.with_token is not None and token is not None:
            wait = wait or limiter.wait(limit.with_token, token)
        else:
            wait = wait or limiter.wait(limit.without, counted)
        if wait:
            raise TooMany(wait)
        return await handler(request)

    return admitted
