"""Whether the mail server is there: by what the lanes met, and by a look when they rest."""

import asyncio
from time import monotonic

from notifications.sending.breaker import Breaker
from notifications.sending.connection import Server, ServerAway

LOOK_SECONDS = 30.0
_STEP_SECONDS = 0.9


class ServerProbe:
    """For health, which asks every second: a look of its own every half minute is enough."""

    def __init__(
        self, server: Server, breaker: Breaker, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._server = server
        self._breaker = breaker
        self._look_seconds = look_seconds
        self._looked_at = 0.0
        self._answered = False

    async def __call__(self) -> bool:
        if not self._breaker.closed:
            return False
        if monotonic() - self._looked_at > self._look_seconds or not self._answered:
            self._answered = await self._look()
            self._looked_at = monotonic()
        return self._answered

    async def _look(self) -> bool:
        try:
            async with asyncio.timeout(_STEP_SECONDS):
                connection = await self._server.connect(_STEP_SECONDS)
        except (ServerAway, TimeoutError):
            return False
        await connection.close()
        return True
