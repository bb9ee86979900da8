"""A mail server that fails on demand and keeps every message that it accepted."""

import asyncio
import contextlib
import email
import email.policy
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

Mode = Literal["ok", "421", "450", "550", "hang_banner", "silent", "drop_before_dot",
               "hang_after_dot", "drop_after_dot"]  # fmt: skip
"""`silent` is a machine that stopped: it takes connections and answers nobody, on old links too."""


@dataclass(frozen=True, slots=True)
class AcceptedMail:
    """One message after its final dot; `parsed` is the stdlib's reading of it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def parsed(self) -> EmailMessage:
        found = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def body(self, kind: str) -> str:
        """The text of one part, `plain` or `html`."""
        part = self.parsed.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass(slots=True)
class MailServer:
    """`port` answers while the server is up."""

    port: int = 0
    mode: Mode = "ok"
    accepted: list[AcceptedMail] = field(default_factory=list)
    connections: int = 0
    mails_begun: int = 0
    _server: asyncio.Server | None = None
    _peers: set[asyncio.StreamWriter] = field(default_factory=set)
    _conversations: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listens, on the same port as before when it had one; with `tls` from the first byte."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Goes away: refuses connections and cuts those that are open."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        self.cut_idle()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    def cut_idle(self) -> None:
        """Hangs up on everybody, as servers do with links that have been idle too long."""
        for peer in list(self._peers):
            peer.transport.abort()

    def texts(self) -> list[str]:
        """The text parts of what was accepted, in order."""
        bodies = [mail.parsed.get_body(("plain",)) for mail in self.accepted]
        return [body.get_content() for body in bodies if body is not None]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._peers.add(writer)
        if (task := asyncio.current_task()) is not None:
            self._conversations.add(task)
            task.add_done_callback(self._conversations.discard)
        try:
            await _Conversation(self, reader, writer).hold()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self._peers.discard(writer)
            writer.close()


@dataclass(slots=True)
class _Conversation:
    server: MailServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: str = ""
    recipients: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        """Until the client hangs up or the mode ends it."""
        if self.server.mode in {"hang_banner", "silent"}:
            await self.reader.read()
            return
        await self._say("220 twin ESMTP")
        answers = {"EHLO": "250-twin\r\n250 8BITMIME", "QUIT": "221 bye"}
        goes_on = True
        while goes_on and (line := (await self.reader.readline()).decode().strip()):
            verb = line[:4].upper()
            if verb in {"MAIL", "RCPT"}:
                goes_on = await self._envelope(verb, line)
            elif verb == "DATA":
                goes_on = await self._content()
            else:
                await self._say(answers.get(verb, "250 ok"))
                goes_on = verb != "QUIT"

    async def _say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def _envelope(self, verb: str, line: str) -> bool:
        if self.server.mode == "silent":
            await self.reader.read()
            return False
        if verb == "RCPT":
            refusals = {"450": "450 greylisted", "550": "550 no such user"}
            self.recipients.append(_address(line))
            await self._say(refusals.get(self.server.mode, "250 ok"))
            return True
        self.server.mails_begun += 1
        self.sender, self.recipients = _address(line), []
        closing = self.server.mode == "421"
        await self._say("421 closing" if closing else "250 ok")
        return not closing

    async def _content(self) -> bool:
        if self.server.mode == "drop_before_dot":
            return False
        await self._say("354 go ahead")
        content = (await self.reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        self.server.accepted.append(AcceptedMail(self.sender, tuple(self.recipients), content))
        if self.server.mode == "hang_after_dot":
            await self.reader.read()
        if self.server.mode in {"hang_after_dot", "drop_after_dot"}:
            return False
        await self._say("250 queued")
        return True


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextlib.asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """A mail server for the time of the block."""
    server = MailServer()
    await server.start()
    yield server
    await server.stop()
