"""One connection to the mail server; every step is bounded, and its failure's phase is known.

RFC 5321: before the final dot nothing can have been accepted, after it only a reply tells.
"""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPResponseException,
)

from notifications.domain.mails import Reason
from notifications.domain.outcomes import (
    Accepted,
    Deferred,
    Lost,
    Outcome,
    Refused,
    Unknown,
)
from shared import crash_points

Security = Literal["none", "starttls", "tls"]
Phase = Literal["sender", "recipient", "content"]

STEP_SECONDS = 10.0
_GOODBYE_SECONDS = 0.5
_GO_AHEAD = 354
_DONE = 250
_CLOSING = 421
_PERMANENT = range(500, 600)
_TEMPORARY = range(400, 500)

_REFUSALS: dict[Phase, Reason] = {
    "sender": Reason.SENDER_REFUSED,
    "recipient": Reason.MAILBOX_REFUSED,
    "content": Reason.CONTENT_REFUSED,
}


class ServerAway(Exception):
    """No connection to the mail server was to be had; no mail was touched."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed in. `own_name` is what we greet with, `step_seconds` each wait."""

    host: str
    port: int
    security: Security
    own_name: str
    username: str | None = None
    password: str | None = None
    step_seconds: float = STEP_SECONDS

    async def connect(self, step_seconds: float | None = None) -> "Connection":
        """A connection that has greeted, is encrypted and logged in as set; raises ServerAway."""
        seconds = step_seconds or self.step_seconds
        smtp = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            local_hostname=self.own_name,
            timeout=seconds,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=None if self.security == "none" else ssl.create_default_context(),
        )
        try:
            async with asyncio.timeout(2 * seconds):
                await smtp.connect()
                await smtp.noop()
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            smtp.close()
            raise ServerAway from error
        except BaseException:
            smtp.close()
            raise
        return Connection(smtp, self.step_seconds)


class Connection:
    """Hands in mails one after the other; after a failure of the link it is `broken` for good."""

    def __init__(self, smtp: SMTP, step_seconds: float) -> None:
        self._smtp = smtp
        self._step_seconds = step_seconds
        self.used = False
        """Whether a mail was handed in before: such a link may have been closed meanwhile."""

    @property
    def broken(self) -> bool:
        return not self._smtp.is_connected

    async def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """One mail to exactly one recipient; `message` has CRLF line ends."""
        phase: Phase = "sender"
        try:
            await self._smtp.mail(sender, timeout=self._step_seconds)
            phase = "recipient"
            await self._smtp.rcpt(recipient, timeout=self._step_seconds)
            phase = "content"
            crash_points.reached("mail.before_data")
            answer = await self._smtp.execute_command(b"DATA", timeout=self._step_seconds)
            if answer.code != _GO_AHEAD:
                raise SMTPDataError(answer.code, answer.message)
        except SMTPResponseException as refusal:
            return await self._answered(phase, refusal.code)
        except (SMTPException, OSError):
            self._smtp.close()
            return Lost()
        return await self._hand_over(message)

    async def _hand_over(self, message: bytes) -> Outcome:
        protocol = self._smtp.protocol
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        try:
            if protocol is None:
                return Lost()
            protocol.write(stuffed + b".\r\n")
            await crash_points.reached_after_write("mail.after_dot_before_250")
            answer = await protocol.read_response(timeout=self._step_seconds)
        except (SMTPException, OSError):
            self._smtp.close()
            return Unknown()
        if answer.code == _DONE:
            crash_points.reached("mail.after_250_before_mark")
            self.used = True
            return Accepted()
        return await self._answered("content", answer.code)

    async def _answered(self, phase: Phase, code: int) -> Outcome:
        """What a reply that isn't the hoped-for one means; the link is made fit for the next."""
        if code == _CLOSING:
            self._smtp.close()
            return Deferred(Reason.SERVER_BUSY)
        if code not in _TEMPORARY and code not in _PERMANENT:
            # Not a reply of SMTP's: whoever speaks here can't be relied on.
            self._smtp.close()
            return Lost()
        try:
            await self._smtp.rset(timeout=self._step_seconds)
        except (SMTPException, OSError):
            self._smtp.close()
        return Refused(_REFUSALS[phase]) if code in _PERMANENT else Deferred(Reason.MAILBOX_BUSY)

    async def close(self) -> None:
        """Says good-bye to a server that listens, and hangs up."""
        try:
            if not self.broken:
                await self._smtp.quit(timeout=_GOODBYE_SECONDS)
        except (SMTPException, OSError):
            pass  # It hung up first, or hangs: either way this connection has ended.
        finally:
            self._smtp.close()
