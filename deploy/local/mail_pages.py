"""The mailbox's pages: the list of mails and one mail, to look at during development."""

import re
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from deploy.local.mail_api import STORE, found, whole_number
from deploy.local.mail_message import Mail

_FOLDER = Path(__file__).parent / "mail_templates"
_TEMPLATES = web.AppKey("_TEMPLATES", Environment)
_PAGE = 50
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A mail may bring any HTML: no script runs, nothing is fetched, links open outside.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: 'self'; form-action 'none'; "
    "base-uri 'self'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)

routes = web.RouteTableDef()


def prepare(app: web.Application) -> None:
    """Give the application what its pages are made of."""
    app[_TEMPLATES] = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(request: web.Request, template: str, **values: object) -> web.Response:
    text = request.app[_TEMPLATES].get_template(template).render(values)
    return web.Response(text=text, content_type="text/html", headers=_headers(_PAGE_POLICY))


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


@routes.get("/")
async def listing(request: web.Request) -> web.Response:
    start = whole_number(request, "desde", 0)
    to = request.query.get("para", "").strip()
    page = request.app[STORE].page(start, _PAGE, to or None)
    return _page(request, "list.html", page=page, to=to, size=_PAGE)


@routes.get("/view/{id}")
async def view(request: web.Request) -> web.Response:
    summary, mail, _ = found(request)
    return _page(request, "view.html", mail=summary | mail.whole(), summary=summary)


@routes.get("/view/{id}/html")
async def body(request: web.Request) -> web.Response:
    """Answer the mail's own HTML, for the frame of its page."""
    summary, mail, _ = found(request)
    return web.Response(
        text=_opening_outside(_with_pictures(summary["ID"], mail)),
        content_type="text/html",
        headers=_headers(_MAIL_POLICY),
    )


def _opening_outside(page: str) -> str:
    """Return the HTML with its links opening outside the frame; what begins it stays first.

    Before a doctype it would put browsers into quirks mode.
    """
    base = '<base target="_blank">'
    within, count = re.subn(r"(?i)<head[^>]*>", lambda found: found[0] + base, page, count=1)
    return within if count else base + page


def _with_pictures(mail_id: str, mail: Mail) -> str:
    """Return the HTML with its `cid:` pictures taken from the mail's own parts (RFC 2392)."""
    places = {
        described["ContentID"]: f"/api/v1/message/{mail_id}/part/{described['PartID']}"
        for described in (part.described() for part in mail.files())
    }
    return re.sub(
        r"cid:([^\"'\s>)]+)", lambda found: places.get(found[1], found[0]), mail.body("html")
    )


@routes.get("/style.css")
async def style(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(_FOLDER / "style.css")
