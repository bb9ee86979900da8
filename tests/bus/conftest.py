"""One bus for a module's tests, and a database for each test."""

from collections.abc import AsyncIterator

import pytest
from builders.messaging import Bus, bus_on, messaging_database, pool

from deploy.local.server import Broker, Server
from shared.database import Database


@pytest.fixture(scope="module")
async def bus(rabbitmq: Broker) -> AsyncIterator[Bus]:
    async with bus_on(rabbitmq) as ready:
        yield ready


@pytest.fixture
async def database_url(postgres: Server) -> AsyncIterator[str]:
    async with messaging_database(postgres.url) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with pool(database_url) as ready:
        yield ready
