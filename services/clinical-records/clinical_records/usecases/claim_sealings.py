"""Takes sick leaves whose paper is to be made, so that no other process makes it meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from clinical_records.domain.sealings import LEASE, Claimed
from clinical_records.repository import sealings
from shared.database import Database


async def claim_sealings(database: Database, now: datetime, *, at_most: int) -> Sequence[Claimed]:
    """Authorised ones that are due, the longest waiting first."""
    async with database.transaction() as tx:
        return await sealings.claim(tx, now, at_most=at_most, lease=LEASE)
