"""Many bookings' mails through a real Postfix on loopback: how many, how fast, one each (R-51)."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from builders.mail_house import House, families, ids
from builders.messaging import bus_on
from builders.postfix import Delivered, Postfix, postfix, unavailable
from databases import Database as Made
from fakes.identity import identity_on_the_wire
from fakes.smtp import MailServer, mail_server
from proofs.sizes import FULL, size

from deploy.local.errors import CannotProvide
from deploy.local.processes import Guard
from deploy.local.server import Broker
from shared.clock import now

BOOKINGS = size(200, 10_000)
SENT_SECONDS = 60.0 + BOOKINGS / 10
QUEUES = ("incoming", "active", "deferred", "hold", "corrupt")


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mails are handed in, and what came of them; `name` says which server it is."""

    name: str
    port: int
    count: Callable[[], int]
    delivered: Callable[[], list[Delivered]]
    left: Callable[[], int]


@pytest.fixture
async def relay(servers_folder: Path, guard: Guard) -> AsyncIterator[Relay]:
    """Postfix; where it can't be had, the small proof goes on with the tests' own server.

    The full proof does not: what it tells would not be what it promises.
    """
    async with contextlib.AsyncExitStack() as stack:
        missing = unavailable()
        if missing is None:
            folder = servers_folder / "postfix"
            folder.mkdir(mode=0o755)
            try:
                running = await stack.enter_async_context(postfix(folder, guard, ("example.org",)))
            except CannotProvide as failure:
                missing = str(failure)
            else:
                yield _postfix(running)
                return
        assert not FULL, missing
        yield _own(await stack.enter_async_context(mail_server()), missing)


def _postfix(running: Postfix) -> Relay:
    return Relay(
        f"Postfix {running.version}",
        running.port,
        running.count,
        running.delivered,
        lambda: sum(running.queued().values()),
    )


def _own(server: MailServer, missing: str) -> Relay:
    def delivered() -> list[Delivered]:
        return [
            Delivered(one.recipients[0], str(one.parsed["Message-ID"])) for one in server.accepted
        ]

    return Relay(
        f"the tests' own server, for there is no Postfix ({missing.splitlines()[0]})",
        server.port,
        lambda: len(server.accepted),
        delivered,
        lambda: 0,
    )


async def test_each_booking_is_mailed_once(
    relay: Relay,
    new_database: Callable[[str], Awaitable[Made]],
    rabbitmq: Broker,
    tmp_path: Path,
    figures: Callable[[str], None],
) -> None:
    made = await new_database("notifications")
    people = families(BOOKINGS)
    async with bus_on(rabbitmq) as bus, identity_on_the_wire() as identity:
        house = House(made, bus, identity.url, relay.port, tmp_path)
        await house.knows(people)
        async with house.running():
            began = time.monotonic()
            await house.publish(people, now() + timedelta(days=9))
            published = time.monotonic() - began
            await house.on_ledger(BOOKINGS, SENT_SECONDS)
            noted = time.monotonic() - began
            await house.all_sent(BOOKINGS, SENT_SECONDS)
            sent = time.monotonic() - began
            async with asyncio.timeout(SENT_SECONDS):
                while relay.count() < BOOKINGS or relay.left():  # noqa: ASYNC110  # a folder
                    await asyncio.sleep(0.1)
            through = time.monotonic() - began
            tries = await house.tries()
            reminders = await _reminders(house)
    found = relay.delivered()
    copies = Counter(one.message_id for one in found)
    figures(f"relay: {relay.name}")
    figures(
        f"{BOOKINGS} bookings told in {published:.1f} s, on the ledger after {noted:.1f} s;"
        f" mails accepted after {sent:.1f} s = {BOOKINGS / sent:.0f} a second;"
        f" in the mailboxes after {through:.1f} s"
    )
    figures(
        f"mails delivered {len(found)}, names {len(copies)}, mailboxes"
        f" {len({one.recipient for one in found})}, reminders planned {reminders},"
        f" indeterminate attempts {sum(unsure for _, unsure in tries.values())}"
    )
    assert len(found) == len(copies) == len(ids(copies)) == BOOKINGS
    assert {one.recipient for one in found} == {family.email for family in people}
    assert reminders == 2 * BOOKINGS


async def _reminders(house: House) -> int:
    async with house.owner() as connection:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM mails WHERE template = 'reminder' AND state = 'planned'"
            )
        )
