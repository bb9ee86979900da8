"""Identity's fixtures: the running service, with and without a family on its roll."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from builders.identity import World, running, settings
from builders.roll import FAMILY, NUMBER
from databases import Database


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


@pytest.fixture
async def tokens(world: World) -> dict[str, Any]:
    """A session's tokens."""
    password = await world.activated()
    answer = await world.log_in(NUMBER, password, **{"User-Agent": "Navegador de prueba"})
    assert isinstance(answer.body, dict)
    return answer.body
