"""The headers that every answer carries, whoever made it."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from shared.settings import BaseProcessSettings

_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
"""For our own pages: their style sheet, their forms, and no script at all."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"

Hook = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def hook(settings: BaseProcessSettings) -> Hook:
    """For `on_response_prepare`: adds the headers, and takes away the server's name."""
    always: Mapping[str, str] = _ALWAYS
    if settings.public_url.startswith("https://"):
        always = _ALWAYS | {"Strict-Transport-Security": _TWO_YEARS}

    async def prepare(_request: web.Request, answer: web.StreamResponse) -> None:
        headers = answer.headers
        for name, value in always.items():
            # The portal's pages say their own: its forms need to be told from strangers'.
            if name != "Referrer-Policy" or name not in headers:
                headers[name] = value
        headers.setdefault("Content-Security-Policy", _NOTHING)
        headers.setdefault("Cache-Control", "no-store")
        headers.popall("Server", None)

    return prepare
