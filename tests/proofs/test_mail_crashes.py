"""kill -9 at every point of a mail's way: never lost, and copies only from the one open window.

E-2: copies of a mail <= 1 + its attempts whose end nobody knows, always under one Message-ID.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from builders.mail_house import House, families
from builders.messaging import bus_on
from databases import Database as Made
from fakes.identity import identity_on_the_wire
from fakes.smtp import MailServer, mail_server
from proofs.sizes import size

from deploy.local.server import Broker
from shared.clock import now

KILLS = size(2, 20)
MAILS_EACH = 6
LANES = 4
POINTS = (
    "after_claim", "before_data", "after_dot_before_250", "after_250_before_mark", "after_mark",
)  # fmt: skip
OPEN_WINDOW = {"after_dot_before_250", "after_250_before_mark"}
"""Here alone a server has a mail that the ledger doesn't know it has."""
DIED_SECONDS = 60.0


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


@pytest.fixture
async def house(
    new_database: Callable[[str], Awaitable[Made]],
    rabbitmq: Broker,
    server: MailServer,
    tmp_path: Path,
) -> AsyncIterator[House]:
    made = await new_database("notifications")
    async with bus_on(rabbitmq) as bus, identity_on_the_wire() as identity:
        yield House(made, bus, identity.url, server.port, tmp_path)


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at(
    house: House, server: MailServer, figures: Callable[[str], None], point: str
) -> None:
    people = families(KILLS * MAILS_EACH)
    await house.knows(people)
    for kill in range(KILLS):
        # Once a batch or once a mail: the second and third time of the latter are other moments.
        time = 1 if point in {"after_claim", "after_mark"} else 1 + kill % 3
        await house.expire_leases()
        async with house.running(crash_at=f"mail.{point}:{time}") as process:
            await house.publish(
                people[kill * MAILS_EACH : (kill + 1) * MAILS_EACH], now() + timedelta(days=9)
            )
            status = await asyncio.wait_for(process.wait(), DIED_SECONDS)
            assert status == -signal.SIGKILL
    await house.expire_leases()
    async with house.running():
        await house.all_sent(len(people), DIED_SECONDS)

    copies = Counter(str(mail.parsed["Message-ID"]) for mail in server.accepted)
    tries = await house.tries()
    extra = sum(copies.values()) - len(copies)
    unsure = sum(indeterminate for _, indeterminate in tries.values())
    figures(
        f"{point}: {KILLS} kills, {len(people)} mails, {sum(copies.values())} copies,"
        f" {extra} extra, {unsure} indeterminate attempts"
    )
    assert len(copies) == len(people)
    assert all(count <= 1 + tries[name][1] for name, count in copies.items())
    assert extra <= unsure
    assert (extra >= KILLS) if point in OPEN_WINDOW else (unsure <= KILLS * LANES)
    recipients = {(str(mail.parsed["Message-ID"]), mail.recipients) for mail in server.accepted}
    assert len(recipients) == len(people)
