"""A steady pace: so many mails a second and no more, for relays that ask for it."""

import asyncio


class Pace:
    """`rate` mails a second over all lanes of this process; 0 for as fast as it goes."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Waits until the next mail may go; a slack hour earns no burst afterwards."""
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        await asyncio.sleep(at - now)
