"""Reading a form of ours: small, plain, and sent from our own page."""

from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from gateway.parts import SETTINGS
from gateway.proxy import read_body
from shared.errors import Forbidden, Malformed, Refused

_FORM = "application/x-www-form-urlencoded"
_FIELDS = 10
_BYTES = 4096


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a form. Raises 403 when another site sent it, 415, 413 and 400 as for JSON."""
    _assert_ours(request)
    if request.content_type != _FORM:
        raise Refused("unsupported-media-type")
    body = await read_body(request) or b""
    if len(body) > _BYTES:
        raise Refused("body-too-large")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body),
            errors="strict", max_num_fields=_FIELDS,
        )  # fmt: skip
    except ValueError:
        raise Malformed from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Malformed
    return fields


def _assert_ours(request: web.Request) -> None:
    """Our pages send no referrer, and so browsers say `Origin: null`; newer ones name the site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Forbidden
        return
    origin = request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(request.app[SETTINGS].public_url).netloc}
    if origin != "null" and urlsplit(origin).netloc not in ours:
        raise Forbidden
