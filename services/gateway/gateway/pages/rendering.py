"""Our templates: autoescaped, strict about missing values, painted in the institute's colours."""

import hashlib
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from gateway.parts import PROFILE
from gateway.security import PAGE_POLICY
from shared.errors import Refused

_FOLDER = Path(__file__).parent.parent / "templates"
_TEMPLATES = web.AppKey("templates", Environment)
_STYLE = web.AppKey("style", str)
_ANY_PAGE = {"text/html", "text/*", "*/*", "application/xhtml+xml"}


def prepare(app: web.Application) -> None:
    """Reads the templates and paints the style sheet once."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    profile = app[PROFILE]
    style = environment.get_template("pages.css").render(colours=profile.colours)
    environment.globals["institute"] = profile
    environment.globals["style_version"] = hashlib.sha256(style.encode()).hexdigest()[:12]
    app[_TEMPLATES], app[_STYLE] = environment, style


def page(
    request: web.Request, template: str, *, status: int = 200, **values: object
) -> web.Response:
    """A page in the institute's name. Raises 406 for a client that takes no HTML."""
    accepted = request.headers.get("Accept", "*/*").lower().split(",")
    if not _ANY_PAGE & {part.partition(";")[0].strip() for part in accepted}:
        raise Refused("not-acceptable")
    text = request.app[_TEMPLATES].get_template(template).render(values)
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"},
    )


async def style(request: web.Request) -> web.Response:
    """GET /pages.css; its address changes with its content."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return web.Response(text=request.app[_STYLE], content_type="text/css", headers=headers)
