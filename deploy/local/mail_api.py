"""The part of Mailpit's API (mailpit.axllent.org/docs/api-v1) that the project's tools use."""

import re
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ValidationError

from deploy.local.mail_message import Mail
from deploy.local.mail_store import MailStore, Page

STORE = web.AppKey("STORE", MailStore)
_MOST = 1_000
# What a mail brought is shown or saved, never run in the mailbox's name.
_HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}

routes = web.RouteTableDef()


class _Deletion(BaseModel):
    IDs: list[str] | None = None


def whole_number(request: web.Request, name: str, default: int, most: int = 10**9) -> int:
    """Return a number of the query, `most` at the most; 400 when it is none."""
    text = request.query.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) is None:
        raise web.HTTPBadRequest(text=f"{name}: a number from 0")
    return min(int(text), most)


def found(request: web.Request) -> tuple[dict[str, Any], Mail, bytes]:
    """Return the summary, the mail and its source that the path names, or answer 404."""
    entry = request.app[STORE].find(request.match_info["id"])
    if entry is None:
        raise web.HTTPNotFound(text="no such mail")
    summary, raw = entry
    return summary, Mail.parsed(raw), raw


def _listed(page: Page) -> web.Response:
    return web.json_response(
        {
            "total": page.total,
            "messages_count": page.total,
            "unread": page.total,
            "count": len(page.summaries),
            "start": page.start,
            "tags": [],
            "messages": page.summaries,
        }
    )


@routes.get("/api/v1/messages")
async def messages(request: web.Request) -> web.Response:
    start, limit = whole_number(request, "start", 0), whole_number(request, "limit", 50, _MOST)
    return _listed(request.app[STORE].page(start, limit))


@routes.get("/api/v1/search")
async def search(request: web.Request) -> web.Response:
    """Answer `query=to:ADDRESS` alone: the recipient is what mails are looked for by."""
    query = re.fullmatch(r'\s*to:"?([^\s"]+)"?\s*', request.query.get("query", ""))
    if query is None:
        raise web.HTTPBadRequest(text="query: only to:ADDRESS is understood")
    start, limit = whole_number(request, "start", 0), whole_number(request, "limit", 50, _MOST)
    return _listed(request.app[STORE].page(start, limit, query[1]))


@routes.delete("/api/v1/messages")
async def delete(request: web.Request) -> web.Response:
    try:
        wanted = _Deletion.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        raise web.HTTPBadRequest(text="a JSON object with a list of IDs") from error
    request.app[STORE].delete(wanted.IDs or None)
    return web.Response(text="ok")


@routes.get("/api/v1/message/{id}")
async def message(request: web.Request) -> web.Response:
    summary, mail, _ = found(request)
    return web.json_response(summary | mail.whole())


@routes.get("/api/v1/message/{id}/headers")
async def headers(request: web.Request) -> web.Response:
    return web.json_response(found(request)[1].headers())


@routes.get("/api/v1/message/{id}/raw")
async def raw(request: web.Request) -> web.Response:
    return web.Response(body=found(request)[2], content_type="text/plain", headers=_HARMLESS)


@routes.get("/api/v1/message/{id}/part/{part}")
async def part(request: web.Request) -> web.Response:
    for candidate in found(request)[1].parts():
        if candidate.part_id == request.match_info["part"]:
            disposition = f"attachment; filename*=UTF-8''{quote(candidate.filename, safe='')}"
            return web.Response(
                body=candidate.content,
                content_type=candidate.message.get_content_type(),
                headers=_HARMLESS | {"Content-Disposition": disposition},
            )
    raise web.HTTPNotFound(text="no such part")
