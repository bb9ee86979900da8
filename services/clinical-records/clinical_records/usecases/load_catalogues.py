"""An institute's catalogue replaces the one before, whole or not at all."""

from collections.abc import Sequence

from clinical_records.repository import catalogues
from clinical_records.repository.catalogues import Changes, Diagnosis, Medicine
from shared.database import Database

_SECONDS = 60.0


async def load_medications(database: Database, wanted: Sequence[Medicine]) -> Changes:
    """The same catalogue again changes nothing; prescriptions keep the names they were given."""
    async with database.transaction(_SECONDS) as tx:
        return await catalogues.replace_medicines(tx, wanted)


async def load_diagnoses(database: Database, wanted: Sequence[Diagnosis]) -> Changes:
    """The same table again changes nothing; sick leaves keep the labels they were given."""
    async with database.transaction(_SECONDS) as tx:
        return await catalogues.replace_diagnoses(tx, wanted)
