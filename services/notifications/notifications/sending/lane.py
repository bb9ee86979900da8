"""A lane: one connection at a time, claims mails and sends them until none is due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from notifications.domain.claims import Claimed
from notifications.domain.mails import Reason
from notifications.domain.outcomes import Deferred, Lost, Outcome, Refused, Unbegun, Unknown
from notifications.rendering.envelope import Envelope, Unwritable
from notifications.sending.breaker import Breaker
from notifications.sending.connection import Connection
from notifications.sending.pace import Pace
from notifications.sending.settler import Settler
from notifications.usecases.claim_mails import LEASE, claim_mails
from shared import crash_points
from shared.clock import Clock
from shared.database import Database
from shared.errors import NotFound, Unavailable

BATCH = 10
FRESH_SECONDS = 20.0
"""A mail not begun so long after it was claimed is given back, far inside its lease."""
ATTEMPT_SECONDS = 60.0
HAND_IN_SECONDS = LEASE.total_seconds() - ATTEMPT_SECONDS - 5.0
"""Later than this after its claim no mail is handed in: its lease could end before the attempt."""
IDLE_SECONDS = 20.0
_IDENTITY_PAUSE = timedelta(seconds=5)

Write = Callable[[Claimed], Awaitable[Envelope]]

_log = structlog.get_logger()


@dataclass(slots=True)
class Lane:
    """`write` gets what a mail needs and renders it; `stopping` ends after the mail in hand."""

    database: Database
    clock: Clock
    write: Write
    sender: str
    breaker: Breaker
    pace: Pace
    settler: Settler
    stopping: asyncio.Event
    connection: Connection | None = None
    sending: bool = False
    _idle_since: float = 0.0
    _claimed_at: float = 0.0
    _marked: asyncio.Future[None] | None = None

    async def drain(self) -> None:
        """Sends until nothing is due or the process is stopping."""
        while not self.stopping.is_set():
            await self._connected()
            self._claimed_at = asyncio.get_running_loop().time()
            mails = await claim_mails(self.database, self.clock(), at_most=BATCH)
            if not mails:
                break
            crash_points.reached("mail.after_claim")
            await self._send_all(mails)
        self._idle_since = asyncio.get_running_loop().time()

    async def rest(self) -> None:
        """Hangs up a connection that has had nothing to do for a while."""
        now = asyncio.get_running_loop().time()
        if self.connection is not None and now - self._idle_since > IDLE_SECONDS:
            await self.close()

    async def close(self) -> None:
        if self.connection is not None:
            connection, self.connection = self.connection, None
            await connection.close()

    async def _connected(self) -> Connection:
        if self.connection is None or self.connection.broken or not self.breaker.closed:
            await self.close()
            self.connection = await self.breaker.connection()
        return self.connection

    async def _send_all(self, mails: Sequence[Claimed]) -> None:
        waiting = list(mails)
        self.sending = True
        try:
            while waiting and self._goes_on():
                # Cut short, the mail in hand keeps its lease: how far it came is not known.
                mail = waiting.pop(0)
                outcome = await self._attempt(mail)
                following = waiting[0] if waiting else None
                self._marked = self.settler.mark(mail, outcome, following)
        finally:
            self.sending = False
            for mail in waiting:
                self.settler.give_back(mail)

    def _goes_on(self) -> bool:
        fresh = self._since_claim() < FRESH_SECONDS
        return fresh and self.breaker.closed and not self.stopping.is_set()

    def _since_claim(self) -> float:
        return asyncio.get_running_loop().time() - self._claimed_at

    async def _attempt(self, mail: Claimed) -> Outcome:
        try:
            envelope = await self.write(mail)
        except Unavailable:
            return Unbegun(_IDENTITY_PAUSE, Reason.IDENTITY_AWAY)
        except NotFound:
            return Refused(Reason.EXPIRED)
        except Unwritable as fault:
            return Refused(fault.reason, fault.contact_version)
        await self.pace.turn()
        if not await self._is_marked():
            return Unbegun()
        outcome = await self._hand_in(envelope)
        if isinstance(outcome, Refused):
            outcome = Refused(outcome.reason, envelope.contact_version)
        if not isinstance(outcome, Unbegun):
            _log.info(
                "mail_tried",
                mail_id=mail.mail_id,
                template=mail.template,
                attempt=mail.attempts,
                state=type(outcome).__name__.lower(),
            )
        return outcome

    async def _is_marked(self) -> bool:
        """Whether the mail before this one is written; False when that takes too long."""
        if self._marked is None or self._marked.done():
            return True
        await asyncio.wait([self._marked], timeout=FRESH_SECONDS)
        return self._marked.done()

    async def _hand_in(self, envelope: Envelope) -> Outcome:
        reused = self.connection is not None and self.connection.used
        outcome = await self._tried(envelope)
        if reused and isinstance(outcome, Lost):
            # The server had hung up on an idle link: that says nothing about the server.
            outcome = await self._tried(envelope)
        self._report(outcome)
        return outcome

    async def _tried(self, envelope: Envelope) -> Outcome:
        """One try, if there is a connection at once and time enough before the lease ends."""
        if self.connection is None or self.connection.broken:
            await self.close()
            self.connection = await self.breaker.connection_at_once()
        if self.connection is None or self._since_claim() > HAND_IN_SECONDS:
            return Unbegun()
        return await self._bounded(self.connection, envelope)

    async def _bounded(self, connection: Connection, envelope: Envelope) -> Outcome:
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await connection.send(self.sender, envelope.recipient, envelope.message)
        except TimeoutError:
            await self.close()
            return Unknown()

    def _report(self, outcome: Outcome) -> None:
        if isinstance(outcome, Unbegun):
            return
        closing = isinstance(outcome, Deferred) and outcome.reason is Reason.SERVER_BUSY
        if closing or isinstance(outcome, (Lost, Unknown)):
            self.breaker.failed()
        else:
            self.breaker.answered()
