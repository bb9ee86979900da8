"""Builders for notifications: facts that arrive, an office that sends, a ledger to read."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fakes.clock import MovableClock
from fakes.identity import IdentityOnTheWire
from fakes.smtp import MailServer

from builders.mail_facts import (
    NOW,
    PROFILE,
    PUBLIC_URL,
    TOKEN,
    Family,
    activated,
    described,
    reached_at,
    registered,
)
from notifications import consumers
from notifications.rendering.renderer import Renderer
from notifications.sending.assembly import office, writer
from notifications.sending.breaker import Breaker
from notifications.sending.connection import Server
from shared import outbox
from shared.contracts.event import Event, Fact
from shared.contracts.identity import DeliveryRequested
from shared.database import Database
from shared.identity_client import open_identity_client
from shared.ids import uuid7
from shared.received import Received

STEP_SECONDS = 0.4


@dataclass(slots=True)
class World:
    """One notifications database and everything around it."""

    database: Database
    mail_server: MailServer
    identity: IdentityOnTheWire
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    async def arrives(
        self,
        fact: Fact,
        *,
        sequence: int = 1,
        event_id: UUID | None = None,
        republished: bool = False,
        occurred_at: datetime | None = None,
    ) -> UUID:
        """The fact's handler runs in a transaction of its own; returns the event's id."""
        at = occurred_at or self.clock()
        text = outbox.envelope(fact, event_id=event_id or uuid7(), sequence=sequence, now=at)
        model: type[Event[Any]] = Event[type(fact)]  # type: ignore[assignment,misc]  # built at run time
        event = model.model_validate_json(text)
        received = Received(event, republished, fact.producer())
        for subscription in consumers.subscriptions(self.clock, PROFILE):
            if type(fact) in subscription.handlers:
                async with self.database.transaction() as tx:
                    await subscription.handlers[type(fact)](tx, received)
                return event.id
        raise LookupError(type(fact))

    async def knows(self, family: Family) -> Family:
        """Everything about the family has arrived."""
        await self.account_arrives(family)
        await self.address_arrives(family)
        await self.person_arrives(family)
        return family

    async def account_arrives(self, family: Family) -> None:
        await self.arrives(activated(family), sequence=2)

    async def address_arrives(self, family: Family, email: str | None = None) -> None:
        await self.arrives(reached_at(family, email))

    async def person_arrives(self, family: Family) -> None:
        await self.arrives(described(family))
        await self.arrives(registered(family))

    def stored_delivery(
        self, template: str = "activation", data: dict[str, str] | None = None
    ) -> UUID:
        """Identity holds a secret to be mailed; returns the delivery's id."""
        delivery_id = uuid7()
        self.identity.deliveries[str(delivery_id)] = {
            "delivery_id": str(delivery_id),
            "template": template,
            "to": "persona@example.org",
            "name": "Persona Generada Uno",
            "data": data or {"token": TOKEN},
        }
        return delivery_id

    async def delivery_requested(
        self, template: str = "activation", data: dict[str, str] | None = None, *,
        stored: bool = True,
    ) -> UUID:  # fmt: skip
        """Identity has asked to mail a secret, which it holds unless it expired."""
        delivery_id = self.stored_delivery(template, data) if stored else uuid7()
        given: Any = {"delivery_id": delivery_id, "account_id": uuid7(), "template": template}
        await self.arrives(DeliveryRequested(**given))
        return delivery_id

    async def mails(self) -> list[asyncpg.Record]:
        """The ledger but for reminders, by the version told and then by age."""
        async with self.database.connection() as connection:
            return list(
                await connection.fetch(
                    "SELECT * FROM mails WHERE template <> 'reminder'"
                    " ORDER BY sequence, created_at, mail_id"
                )
            )

    async def reminders(self) -> list[asyncpg.Record]:
        """The ledger's reminders, by version and hour."""
        async with self.database.connection() as connection:
            return list(
                await connection.fetch(
                    "SELECT * FROM mails WHERE template = 'reminder' ORDER BY sequence, next_try_at"
                )
            )

    async def facts(self, routing_key: str) -> list[dict[str, Any]]:
        """The data of the facts that this service told under a key, in order."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT body FROM outbox WHERE routing_key = $1 ORDER BY position", routing_key
            )
        return [orjson.loads(row["body"])["data"] for row in rows]

    async def told(self) -> list[str]:
        """The routing keys of the facts that this service told, in order."""
        async with self.database.connection() as connection:
            rows = await connection.fetch("SELECT routing_key FROM outbox ORDER BY position")
        return [row["routing_key"] for row in rows]

    @contextlib.asynccontextmanager
    async def sending(self, *, connections: int = 2, pause: float = 0.1) -> AsyncIterator[Breaker]:
        """An office that sends while the block runs."""
        server = Server(
            "127.0.0.1", self.mail_server.port, "none", "localhost", step_seconds=STEP_SECONDS
        )
        breaker = Breaker(server.connect, pause=pause, trial_seconds=STEP_SECONDS)
        async with open_identity_client(
            url=self.identity.url, service="notifications", secret="unused", clock=self.clock
        ) as identity:
            mails, _ = office(
                self.database,
                self.clock,
                writer(Renderer(PROFILE, PUBLIC_URL), identity, self.clock),
                sender=PROFILE.sender.address,
                server=server,
                connections=connections,
                rate=0,
                breaker=breaker,
            )
            running = asyncio.create_task(mails.run())
            try:
                yield breaker
            finally:
                mails.stop()
                await asyncio.wait_for(running, 8)

    async def states(self) -> list[tuple[str, str | None]]:
        """State and reason of each mail."""
        return [(mail["state"], mail["reason"]) for mail in await self.mails()]

    async def reminders_become(self, *expected: str, seconds: float = 8) -> None:
        """Waits until the ledger's reminders are in these states."""
        deadline = asyncio.get_running_loop().time() + seconds
        while [row["state"] for row in await self.reminders()] != list(expected):
            assert asyncio.get_running_loop().time() < deadline, await self.reminders()
            await asyncio.sleep(0.02)

    async def becomes(self, *expected: tuple[str, str | None], seconds: float = 8) -> None:
        """Waits until the ledger shows these states; fails with what it shows instead."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (shown := await self.states()) != list(expected):
            assert asyncio.get_running_loop().time() < deadline, shown
            await asyncio.sleep(0.02)
