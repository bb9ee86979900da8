"""Identity's fixtures: the running service, with and without a family on its roll."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from databases import Database
from identity_world import FAMILY, World, running, settings


@pytest.fixture
async def empty(
    new_database: Callable[[str], Awaitable[Database]], tmp_path: Path
) -> AsyncIterator[World]:
    """The service with nobody on its roll."""
    async with running(settings(await new_database("identity")), tmp_path) as world:
        yield world


@pytest.fixture
async def world(empty: World) -> World:
    """The service with one family on its roll: a holder and the spouse."""
    await empty.loader.lines(FAMILY)
    return empty
