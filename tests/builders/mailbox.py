"""A made-up mail, and the two ways into the development mailbox: SMTP and HTTP."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib

from deploy.local.ports import free_ports
from deploy.local.probes import http_ready
from deploy.local.processes import Guard, spawn

SCRIPT = "<script>document.title = 'run'</script>"


def mail(number: int = 1, to: str = "ana@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Citas en línea <citas@example.org>"
    message["To"] = f"María Ñuñez <{to}>"
    message["Subject"] = f"Su cita número {number}"
    message.set_content("Confirme en http://localhost:8080/activar?clave=abc")
    message.add_alternative(f"<p>Su cita {SCRIPT}</p>", subtype="html")
    calendar = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    message.add_attachment(calendar, maintype="text", subtype="calendar", filename="cita.ics")
    return message


class Box:
    """A running mailbox and the two ways into it."""

    def __init__(self, smtp_port: int, http: aiohttp.ClientSession) -> None:
        self.smtp_port = smtp_port
        self.http = http

    async def send(self, *mails: EmailMessage) -> None:
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.smtp_port, start_tls=False)
        async with smtp:
            for message in mails:
                await smtp.send_message(message)

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def text(self, path: str) -> tuple[str, aiohttp.ClientResponse]:
        async with self.http.get(path) as response:
            return await response.text(), response


@contextlib.asynccontextmanager
async def running(folder: Path, guard: Guard) -> AsyncIterator[Box]:
    """A mailbox in a process of its own, killed at the end."""
    smtp_port, http_port = free_ports(2)
    argv: list[str | Path] = [sys.executable, "-m", "deploy.local.mailbox", "--folder", folder]
    argv += ["--smtp-port", str(smtp_port), "--http-port", str(http_port)]
    child = await spawn(argv, guard, log=folder.with_suffix(".log"))
    url = f"http://127.0.0.1:{http_port}"
    try:
        async with aiohttp.ClientSession(url) as http:
            await eventually(lambda: http_ready(f"{url}/health/ready"))
            yield Box(smtp_port, http)
    finally:
        await child.kill()


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110  # another process has no event of ours
            await asyncio.sleep(0.05)
