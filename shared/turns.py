"""Requests begin a few at a time, so that a volley of them doesn't hold up the loop as one.

asyncio runs everything that is ready before it looks at timers and sockets again: five hundred
requests that came at once would be begun, and most of them answered, in one such round, and
whatever else the process does would wait for them all.
"""

import asyncio
from collections import deque

from aiohttp import web
from aiohttp.typedefs import Middleware

from shared.problems import Handler

AT_ONCE = 8
"""Requests begun in one round of the loop; a refusal takes about a millisecond."""


class Turns:
    """Lets so many pass in a round, the others in the rounds that follow, first come first."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._left = at_once
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._counting = False

    async def take(self) -> None:
        """Returns at once while there is room in this round, else when one's round has come."""
        loop = asyncio.get_running_loop()
        if not self._counting:
            self._counting = True
            loop.call_soon(self._next_round, loop)
        if self._left > 0:
            self._left -= 1
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _next_round(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._at_once
        while self._waiting and self._left > 0:
            turn = self._waiting.popleft()
            # Who hung up meanwhile has no turn.
            if not turn.done():
                turn.set_result(None)
                self._left -= 1
        self._counting = bool(self._waiting)
        if self._counting:
            loop.call_soon(self._next_round, loop)
        else:
            self._left = self._at_once


def in_turns() -> Middleware:
    """The outermost middleware of an application, with turns of its own."""
    turns = Turns()

    @web.middleware
    async def taken(request: web.Request, handler: Handler) -> web.StreamResponse:
        await turns.take()
        return await handler(request)

    return taken
