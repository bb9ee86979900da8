"""What a client calls itself, for the list of sessions; never a reason to allow anything."""

from aiohttp import web

from identity.domain.sessions import DEVICE_LETTERS


def device(request: web.Request) -> str:
    """What the client calls itself, shortened, without what can't be printed."""
    given = request.headers.get("User-Agent", "")
    return "".join(letter for letter in given if letter.isprintable())[:DEVICE_LETTERS]
