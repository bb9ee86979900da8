"""A notifications database of each test's own, a mail server that can fail, identity's wire."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from builders.mail_api import Api, serving
from builders.notifications import World
from databases import Database as Made
from fakes.identity import identity_on_the_wire
from fakes.smtp import mail_server

from shared.database import open_database


@pytest.fixture
async def world(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[World]:
    made = await new_database("notifications")
    async with (
        open_database(made.app_url, name="test", size=6) as database,
        mail_server() as server,
        identity_on_the_wire() as identity,
    ):
        yield World(database, server, identity)


@pytest.fixture
async def api(world: World) -> AsyncIterator[Api]:
    """The service's HTTP door on the same database and clock."""
    async with serving(world) as running:
        yield running
