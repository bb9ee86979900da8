"""A circuit breaker: while the mail server is away the queue is spared, and one lane watches."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from notifications.sending.connection import Connection, ServerAway

_log = structlog.get_logger()

THRESHOLD = 5
PAUSE_SECONDS = 2.0
TRIAL_SECONDS = 3.0


class Breaker:
    """Opens after `threshold` failures of the link in a row, whichever lane met them.

    While it is open nothing is claimed and no attempt is counted; one lane tries to connect every
    `pause` seconds. A trial that succeeds closes it on probation: the next failure opens it again,
    until a mail was answered.
    """

    def __init__(
        self,
        connect: Callable[[float | None], Awaitable[Connection]],
        *,
        threshold: int = THRESHOLD,
        pause: float = PAUSE_SECONDS,
        trial_seconds: float = TRIAL_SECONDS,
    ) -> None:
        self._connect = connect
        self._threshold = threshold
        self._pause = pause
        self._trial_seconds = trial_seconds
        self._failures = 0
        self._trial = asyncio.Lock()

    @property
    def closed(self) -> bool:
        """Whether mails may be tried."""
        return self._failures < self._threshold

    def failed(self) -> None:
        """The link failed, in any phase."""
        self._failures += 1
        if self._failures == self._threshold:
            _log.warning("mail_breaker_opened", count=self._failures)

    def answered(self) -> None:
        """The server judged a mail, whatever it said."""
        self._failures = 0

    async def connection_at_once(self) -> Connection | None:
        """A new connection if one is to be had now, for a lane with mails in hand.

        It must not wait for the server's return: its leases would end meanwhile, and what another
        claimer sends then it would send, too.
        """
        if not self.closed:
            return None
        try:
            return await self._connect(None)
        except ServerAway:
            self.failed()
            return None

    async def connection(self) -> Connection:
        """A new connection, however long the server stays away."""
        while True:
            if self.closed:
                try:
                    return await self._connect(None)
                except ServerAway:
                    self.failed()
                    continue
            async with self._trial:
                found = await self._try()
            if found is not None:
                return found

    async def _try(self) -> Connection | None:
        if self.closed:  # Another lane's trial closed it while this one waited its turn.
            return None
        await asyncio.sleep(self._pause)
        try:
            found = await self._connect(self._trial_seconds)
        except ServerAway:
            return None
        self._failures = self._threshold - 1
        _log.info("mail_breaker_closed")
        return found
