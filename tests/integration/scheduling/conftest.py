"""A scheduling database of each test's own, with the profile adopted."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from builders.scheduling import PROFILE, World
from builders.scheduling_api import Api, serving
from databases import Database as Made

from scheduling.usecases.adopt_profile import adopt_profile
from shared.database import open_database


@pytest.fixture
async def world(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[World]:
    made = await new_database("scheduling")
    async with open_database(made.app_url, name="test", size=8) as database:
        await adopt_profile(database, PROFILE)
        yield World(database)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    """The API over HTTP, on the world's database."""
    async with serving(world.database) as running:
        yield running
