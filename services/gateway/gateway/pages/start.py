"""The start page: whose system this is, and where to go on."""

from aiohttp import web

from gateway.pages.rendering import page


async def start(request: web.Request) -> web.Response:
    """GET /."""
    return page(request, "start.html")
