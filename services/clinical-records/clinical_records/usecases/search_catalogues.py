"""What a doctor's form offers: medicines and diagnoses by their words."""

from datetime import datetime

from clinical_records.repository import catalogues
from clinical_records.repository.catalogues import Diagnosis, Medicine
from shared import audit
from shared.audit import Actor
from shared.database import Database

MEDICATIONS = "search-medications"
DIAGNOSES = "search-diagnoses"


async def search_medications(
    database: Database, actor: Actor, query: str, *, limit: int, now: datetime
) -> list[Medicine]:
    """Up to `limit` medicines that hold every word."""
    async with database.transaction() as tx:
        found = await catalogues.find_medicines(tx, query, limit)
        await audit.record(tx, actor, MEDICATIONS, [], now=now)
    return found


async def search_diagnoses(
    database: Database, actor: Actor, query: str, *, limit: int, now: datetime
) -> list[Diagnosis]:
    """Up to `limit` diagnoses that hold every word."""
    async with database.transaction() as tx:
        found = await catalogues.find_diagnoses(tx, query, limit)
        await audit.record(tx, actor, DIAGNOSES, [], now=now)
    return found
