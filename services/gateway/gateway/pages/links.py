"""The page behind the mailed activation link (R-05, R-07).

It is a button, because mail scanners follow links: a GET consumes nothing. The token never
reaches a log.
"""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web
from babel.dates import format_datetime

from gateway.pages.forms import read_form
from gateway.pages.rendering import page
from gateway.parts import POOLS, PROFILE
from gateway.pool import Reply
from gateway.proxy import carried
from gateway.table import ANSWER_SECONDS, IDENTITY
from shared.errors import Unavailable

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ACTIVATIONS = "/v1/accounts/activations"
_RESENDS = "/v1/accounts/activation-resends"
_STATES = {"valid": "activate.html", "used": "link_used.html", "expired": "link_expired.html"}
_OK, _NOT_FOUND = 200, 404


async def ask_activation(request: web.Request) -> web.Response:
    """GET /activar?token=: says what the link is worth, and offers the button."""
    token = request.query.get("token", "")
    if not _TOKEN.fullmatch(token):
        return page(request, "link_unknown.html", status=404)
    reply = await _call(request, "GET", f"{_ACTIVATIONS}/{token}", None)
    if reply.status != _OK:
        return _refusal(request, reply, token)
    return page(
        request, _STATES.get(_json(reply).get("state", ""), "link_unknown.html"), token=token
    )


async def activate(request: web.Request) -> web.Response:
    """POST /activar: activates with `token`, or sends a new link for `username`."""
    fields = await read_form(request)
    if "username" in fields:
        return await _resend(request, fields["username"])
    token = fields.get("token", "")
    if not _TOKEN.fullmatch(token):
        return page(request, "link_unknown.html", status=404)
    reply = await _call(request, "POST", _ACTIVATIONS, {"token": token})
    if reply.status != _OK:
        return _refusal(request, reply, token)
    given = _json(reply)
    if not {"username", "temporary_password", "expires_at"} <= given.keys():
        raise Unavailable
    return page(
        request,
        "activated.html",
        username=given["username"],
        password=given["temporary_password"],
        expires_at=_in_words(request, given["expires_at"]),
    )


async def _resend(request: web.Request, username: str) -> web.Response:
    reply = await _call(request, "POST", _RESENDS, {"username": username.strip()})
    if reply.status >= 400:  # noqa: PLR2004  # a refusal
        return _refusal(request, reply, "")
    return page(request, "resent.html", status=202)


async def _call(
    request: web.Request, method: str, target: str, body: dict[str, str] | None
) -> Reply:
    headers = carried(request)
    headers["Accept"] = "application/json"
    headers.popall("Content-Type", None)
    content = None
    if body is not None:
        content = orjson.dumps(body)
        headers["Content-Type"] = "application/json"
    return await request.app[POOLS][IDENTITY].send(
        method, target, headers, content, seconds=ANSWER_SECONDS
    )


def _refusal(request: web.Request, reply: Reply, token: str) -> web.Response:
    """The problem as a page; a link that is spent offers a new one."""
    problem = _json(reply)
    slug = str(problem.get("type", "")).rpartition("/")[2]
    template = {"link-used": "link_used.html", "link-expired": "link_expired.html"}.get(slug)
    if template is None:
        template = "link_unknown.html" if reply.status == _NOT_FOUND and token else "refused.html"
    answer = page(request, template, status=reply.status, problem=problem, token=token)
    if "Retry-After" in reply.headers:
        answer.headers["Retry-After"] = reply.headers["Retry-After"]
    return answer


def _json(reply: Reply) -> dict[str, Any]:
    try:
        value = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _in_words(request: web.Request, instant: str) -> str:
    profile = request.app[PROFILE]
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(profile.zone))
    locale = profile.locale.replace("-", "_")
    return str(format_datetime(local, "d 'de' MMMM 'de' y, HH:mm", locale=locale))
