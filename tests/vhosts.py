"""A virtual host of RabbitMQ for each test: nothing of one test is seen by another."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from deploy.local.server import Broker
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Vhost:
    """A virtual host; both URLs carry an administrator's login, `management_url` no path."""

    name: str
    amqp_url: str
    management_url: str


@pytest.fixture
async def vhost(rabbitmq: Broker) -> AsyncIterator[Vhost]:
    """An empty virtual host; topology is the test's to apply."""
    name = f"t-{uuid7().hex}"
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    user = rabbitmq.management_url.partition("//")[2].partition(":")[0]
    async with aiohttp.ClientSession(rabbitmq.management_url, raise_for_status=True) as management:
        await management.put(f"/api/vhosts/{name}")
        await management.put(f"/api/permissions/{name}/{user}", json=everything)
        yield Vhost(name, f"{rabbitmq.url.rstrip('/')}/{name}", rabbitmq.management_url)
        await management.delete(f"/api/vhosts/{name}")
