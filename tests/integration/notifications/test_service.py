"""The whole service on its parts: from an event on the broker to a fact told about the mail."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web
from builders.mail_facts import INSTITUTES
from builders.messaging import Bus, bus_on, until
from builders.notifications import World
from databases import Databases

from deploy.local.server import Broker
from notifications.app import build
from notifications.settings import Settings
from shared import outbox
from shared.clock import now
from shared.contracts.identity import DeliveryRequested
from shared.ids import uuid7


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    runner = web.AppRunner(build(settings))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def health(url: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/health/ready") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def test_the_service_mails_forgets_the_secret_and_tells_of_it(
    databases: Databases, world: World, rabbitmq: Broker
) -> None:
    made = await databases.create("notifications")
    async with bus_on(rabbitmq) as bus:
        settings = Settings.model_validate(
            {
                "environment": "development",
                "institute": INSTITUTES / "issstecali",
                "database_url": made.app_url,
                "amqp_url": bus.url("notifications"),
                "identity_url": world.identity.url,
                "client_secret": "made-up",
                "smtp_host": "127.0.0.1",
                "smtp_port": world.mail_server.port,
                "smtp_security": "none",
            }
        )
        async with bus.channel() as channel:
            told = await channel.declare_queue(exclusive=True)
            await told.bind("sisa.events", "notifications.mail.*")
            async with serving(settings) as url:
                delivery_id = await _request_delivery(world, bus)
                await until(lambda: bool(world.mail_server.accepted))
                await until(lambda: str(delivery_id) in world.identity.deleted)
                async with asyncio.timeout(5):
                    fact = await told.get(timeout=5)
                assert fact.routing_key == "notifications.mail.sent"
                assert fact.user_id == "notifications"
                await until(lambda: _is_quiet(url))
            await fact.ack()
    await databases.drop(made.name)


async def _is_quiet(url: str) -> bool:
    found = await health(url)
    figures = found["figures"]
    return bool(
        found["checks"]["smtp"]
        and found["checks"]["notifications.mail"]
        and figures["mails_queued"] == 0
        and figures["mails_oldest_seconds"] == 0
    )


async def _request_delivery(world: World, bus: Bus) -> UUID:
    delivery_id = world.stored_delivery()
    fact = DeliveryRequested(delivery_id=delivery_id, account_id=uuid7(), template="activation")
    row = outbox.row(fact, sequence=1, now=now())
    await bus.send("identity", row.exchange, row.routing_key, row.body)
    return delivery_id
