"""The table's last row: whatever is not the API's goes to the portal, page for page (decision 5).

Without a portal (`GATEWAY_PORTAL_URL` unset) the gateway has a plain page of its own for each link
that mails carry, and nothing else of what follows is used.
"""

import re

from aiohttp import hdrs, web
from multidict import CIMultiDict, istr

from gateway.callers import ADDRESS_HEADER, CREDENTIAL_HEADER
from gateway.parts import CLIENT, SETTINGS
from gateway.pool import Pool
from gateway.proxy import read_body
from shared import trace
from shared.errors import Malformed

NAME = "portal"
POOL = web.AppKey("portal", Pool)
SECONDS = 3.0
"""What a page has (decision 6)."""
PATH = r"/{page:(?!(?:v1|internal|health|problems|docs|openapi\.json|\.well-known)(?:/|$)).*}"
"""Every path but the API's and the gateway's own, which stay 404 or 405 where they don't exist."""
METHODS = ("GET", "HEAD", "POST")

_CARRIED = (
    hdrs.CONTENT_TYPE, hdrs.COOKIE, hdrs.ORIGIN, hdrs.REFERER, istr("Sec-Fetch-Site"),
    hdrs.ACCEPT, hdrs.ACCEPT_LANGUAGE, hdrs.IF_NONE_MATCH, hdrs.USER_AGENT,
)  # fmt: skip
PASSED = (
    hdrs.CONTENT_TYPE, hdrs.CACHE_CONTROL, hdrs.RETRY_AFTER, hdrs.LOCATION, hdrs.ALLOW,
    hdrs.CONTENT_DISPOSITION, hdrs.ETAG, hdrs.SET_COOKIE, istr("Content-Security-Policy"),
    istr("Referrer-Policy"), istr("Clear-Site-Data"), hdrs.VARY,
)  # fmt: skip
"""What of the portal's answer is the browser's business."""
_FORBIDDEN = re.compile(r"[^\x21-\x7e]")


async def page(request: web.Request) -> web.StreamResponse:
    """The portal's answer, unchanged, for the browser at the address that we vouch for."""
    target = request.rel_url.raw_path_qs
    if _FORBIDDEN.search(target):
        raise Malformed
    body = await read_body(request)
    given = request.headers
    headers = CIMultiDict(
        (name, value) for name in _CARRIED if (value := given.get(name)) and value.isascii()
    )
    headers[hdrs.ACCEPT_ENCODING] = "identity"
    headers[ADDRESS_HEADER] = request[CLIENT]
    headers[CREDENTIAL_HEADER] = request.app[SETTINGS].portal_credential.get_secret_value()
    headers["traceparent"] = trace.traceparent() or ""
    # The portal has no HEAD of its own: what a GET would say, without its body.
    method = "GET" if request.method == "HEAD" else request.method
    reply = await request.app[POOL].send(method, target, headers, body, seconds=SECONDS)
    return web.Response(body=reply.body, status=reply.status, headers=reply.headers)
