"""A page for every problem type, because `type` in an answer is its address (RFC 9457, 4.2)."""

from aiohttp import web

from gateway.pages.rendering import page
from shared.contracts.problems import PROBLEMS


async def problem_list(request: web.Request) -> web.Response:
    """GET /problems."""
    return page(request, "problems.html", problems=PROBLEMS.values())


async def problem(request: web.Request) -> web.Response:
    """GET /problems/{slug}."""
    known = PROBLEMS.get(request.match_info["slug"])
    if known is None:
        return page(request, "unknown_problem.html", status=404)
    return page(request, "problem.html", problem=known)
