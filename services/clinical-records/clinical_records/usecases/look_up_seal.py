"""What anybody may know of a folio, and no more; who asks for many that don't exist is slowed."""

import math
from datetime import datetime, timedelta

from clinical_records.domain.sealings import SealState
from clinical_records.repository import seal_misses, sealed_documents
from shared.database import Database
from shared.errors import TooMany

INTERVAL = timedelta(seconds=10)
AT_ONCE = 60
"""Unknown folios an address may ask for at once, then one each INTERVAL. 80 random bits aren't
guessed at any pace; this keeps the trying from being free."""


async def look_up_seal(
    database: Database, folio: str, *, address: bytes, now: datetime
) -> SealState:
    """Raises TooMany for an address beyond its misses, whatever the folio: else 429 would tell."""
    async with database.connection() as connection:
        due = await seal_misses.due_at(connection, address)
        if due is not None and (early := due - now - (AT_ONCE - 1) * INTERVAL) > timedelta(0):
            raise TooMany(math.ceil(early.total_seconds()))
        state = await sealed_documents.seal_state(connection, folio)
        if state == "unknown":
            await seal_misses.count(connection, address, now, INTERVAL)
    return state
