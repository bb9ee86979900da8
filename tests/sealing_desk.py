"""A clinical-records database of each test's own, and a press that seals for the whole run."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from builders.documents import press_of
from builders.sealing_desk import Desk
from databases import Database as Made

from clinical_records.document.press import Press
from shared.database import open_database


@pytest.fixture(scope="session")
async def press(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Press]:
    """Two workers with a development key; shared, for each takes a second to start."""
    folder: Path = tmp_path_factory.mktemp("seal")
    async with press_of(folder) as opened:
        yield opened


@pytest.fixture
async def desk(press: Press, new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[Desk]:
    made = await new_database("clinical_records")
    async with open_database(made.app_url, name="test", size=10) as database:
        desk = Desk(database, press, made)
        await desk.add_holder()
        yield desk
