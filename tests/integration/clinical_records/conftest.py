"""Clinical records' API on a database of each test's own, with two diagnoses loaded."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from builders.clinical import Clinic
from builders.clinical_api import serving
from databases import Database as Made

from shared.database import open_database


@pytest.fixture
async def clinic(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[Clinic]:
    made = await new_database("clinical_records")
    async with (
        open_database(made.app_url, name="test", size=8) as database,
        serving(database) as api,
    ):
        clinic = Clinic(api, database, made.app_url, made.owner_url)
        await clinic.diagnoses()
        yield clinic
