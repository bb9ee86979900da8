"""The page behind the mailed activation link (R-05, R-07).

It is a button, because mail scanners follow links: a GET consumes nothing. The token never
reaches a log.
"""

import re

from aiohttp import web

from gateway.pages.calls import OK, ask, content, in_words, refusal, refused
from gateway.pages.forms import read_form
from gateway.pages.rendering import page
from shared.errors import Unavailable

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ACTION = "/activar"
_ACTIVATIONS = "/v1/accounts/activations"
_RESENDS = "/v1/accounts/activation-resends"
_STATES = {"valid": "activate.html", "used": "link_used.html", "expired": "link_expired.html"}
_SPENT = {
    "link-used": "link_used.html",
    "link-expired": "link_expired.html",
    "not-found": "link_unknown.html",
}


async def ask_activation(request: web.Request) -> web.Response:
    """GET /activar?token=: says what the link is worth, and offers the button."""
    token = request.query.get("token", "")
    if not TOKEN.fullmatch(token):
        return page(request, "link_unknown.html", status=404)
    reply = await ask(request, "GET", f"{_ACTIVATIONS}/{token}")
    if reply.status != OK:
        return refusal(request, reply, _SPENT, action=_ACTION, token=token)
    return page(
        request, _STATES.get(content(reply).get("state", ""), "link_unknown.html"), token=token
    )


async def activate(request: web.Request) -> web.Response:
    """POST /activar: activates with `token`, or sends a new link for `username`."""
    fields = await read_form(request)
    if "username" in fields:
        return await _resend(request, fields["username"])
    token = fields.get("token", "")
    if not TOKEN.fullmatch(token):
        return page(request, "link_unknown.html", status=404)
    reply = await ask(request, "POST", _ACTIVATIONS, {"token": token})
    if reply.status != OK:
        return refusal(request, reply, _SPENT, action=_ACTION, token=token)
    given = content(reply)
    if not {"username", "temporary_password", "expires_at"} <= given.keys():
        raise Unavailable
    return page(
        request,
        "activated.html",
        username=given["username"],
        password=given["temporary_password"],
        expires_at=in_words(request, given["expires_at"]),
    )


async def _resend(request: web.Request, username: str) -> web.Response:
    reply = await ask(request, "POST", _RESENDS, {"username": username.strip()})
    if refused(reply):
        return refusal(request, reply, _SPENT, action=_ACTION, token="")
    return page(request, "resent.html", status=202)
