"""A refusal that a person meets in a browser is a page with the problem's status and words."""

import orjson
from aiohttp import web

from gateway.pages.rendering import page
from shared import problems
from shared.errors import DomainError
from shared.problems import Handler

_FOR_PROGRAMS = ("/v1/", "/health/", "/.well-known/", "/openapi.json")
_KEPT = ("Allow", "Retry-After")


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Between the handlers and the problem documents: takes only what a browser asked for."""
    try:
        return await handler(request)
    except DomainError as error:
        if not _by_a_person(request):
            raise
        return _page(request, problems.response(error))
    except web.HTTPException as error:
        if error.status < 400 or not _by_a_person(request):  # noqa: PLR2004  # a redirect
            raise
        return _page(request, problems.from_http(error))


def _by_a_person(request: web.Request) -> bool:
    accepted = request.headers.get("Accept", "").lower()
    return "text/html" in accepted and not request.path.startswith(_FOR_PROGRAMS)


def _page(request: web.Request, answer: web.Response) -> web.Response:
    problem = orjson.loads(answer.text or "{}")
    shown = page(
        request, "refused.html", status=answer.status, problem=problem, action="", token=""
    )
    for name in _KEPT:
        if name in answer.headers:
            shown.headers[name] = answer.headers[name]
    if answer.keep_alive is False:
        shown.force_close()
    return shown
