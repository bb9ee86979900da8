"""A gateway between a neighbour for identity and one for scheduling."""

from collections.abc import AsyncIterator

import pytest
from builders.gateway import World, gateway, settings
from fakes.neighbour import Neighbour


@pytest.fixture
async def identity() -> AsyncIterator[Neighbour]:
    neighbour = Neighbour()
    await neighbour.start()
    yield neighbour
    await neighbour.stop()


@pytest.fixture
async def scheduling() -> AsyncIterator[Neighbour]:
    neighbour = Neighbour()
    await neighbour.start()
    yield neighbour
    await neighbour.stop()


@pytest.fixture
async def world(identity: Neighbour, scheduling: Neighbour) -> AsyncIterator[World]:
    async with gateway(settings(identity.url, scheduling.url)) as running:
        yield running
