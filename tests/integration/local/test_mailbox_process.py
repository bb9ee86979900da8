"""The development mailbox as a process of its own: its mails outlive it, and it keeps up."""

import asyncio
import time
from pathlib import Path

import aiosmtplib
from builders.mailbox import mail, running
from builders.pace import within

from deploy.local.processes import Guard


async def test_mails_stay_over_a_kill_of_the_process(tmp_path: Path, guard: Guard) -> None:
    for expected in (1, 2):
        async with running(tmp_path / "mails", guard) as box:
            await box.send(mail())
            assert (await box.get("/api/v1/messages"))["total"] == expected


async def test_it_takes_a_hundred_mails_a_second_on_a_busy_machine(
    tmp_path: Path, guard: Guard
) -> None:
    connections, each = 4, 200
    raw = mail().as_bytes()
    async with running(tmp_path / "mails", guard) as box:

        async def send() -> None:
            smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=box.smtp_port, start_tls=False)
            async with smtp:
                for _ in range(each):
                    await smtp.sendmail("citas@example.org", ["ana@example.org"], raw)

        started = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(connections)))
        seconds = time.perf_counter() - started
        assert (await box.get("/api/v1/messages?limit=1"))["total"] == connections * each
    assert seconds <= within(connections * each / 100)
