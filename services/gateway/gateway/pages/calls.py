"""What a page of ours asks of a service for the person, and how a refusal is shown."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web
from babel.dates import format_datetime

from gateway.pages.rendering import page
from gateway.parts import POOLS, PROFILE
from gateway.pool import Reply
from gateway.proxy import carried
from gateway.table import ANSWER_SECONDS, IDENTITY

OK = 200
_NOT_FOUND = 404
_REFUSED = 400


async def ask(
    request: web.Request,
    method: str,
    target: str,
    body: dict[str, str] | None = None,
    *,
    service: str = IDENTITY,
) -> Reply:
    """The service's answer, with the headers that a client of ours may send."""
    headers = carried(request)
    headers["Accept"] = "application/json"
    headers.popall("Content-Type", None)
    content = None
    if body is not None:
        content = orjson.dumps(body)
        headers["Content-Type"] = "application/json"
    return await request.app[POOLS][service].send(
        method, target, headers, content, seconds=ANSWER_SECONDS, costly=method == "POST"
    )


def refused(reply: Reply) -> bool:
    return reply.status >= _REFUSED


def refusal(
    request: web.Request, reply: Reply, spent: dict[str, str], *, action: str, token: str
) -> web.Response:
    """The problem as a page. `spent` names the pages of links by slug; `not-found` is one, too."""
    problem = content(reply)
    slug = str(problem.get("type", "")).rpartition("/")[2]
    if reply.status == _NOT_FOUND and token:
        slug = "not-found"
    answer = page(
        request,
        spent.get(slug, "refused.html"),
        status=reply.status,
        problem=problem,
        action=action,
        token=token,
    )
    if "Retry-After" in reply.headers:
        answer.headers["Retry-After"] = reply.headers["Retry-After"]
    return answer


def content(reply: Reply) -> dict[str, Any]:
    """The body as an object; an empty one for anything else."""
    try:
        value = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def in_words(request: web.Request, instant: str) -> str:
    """`24 de diciembre de 2026, 20:30`, by the institute's clocks."""
    profile = request.app[PROFILE]
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(profile.zone))
    locale = profile.locale.replace("-", "_")
    return str(format_datetime(local, "d 'de' MMMM 'de' y, HH:mm", locale=locale))
