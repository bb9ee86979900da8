"""The authoriser's queue (R-43): sick leaves of a unit in one state, the oldest first."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.sick_leaves import State
from clinical_records.repository import sick_leaves
from clinical_records.usecases import opened
from clinical_records.usecases.acting import Authoriser
from clinical_records.usecases.opened import SickLeave
from shared import audit
from shared.database import Database

OPERATION = "list-sick-leaves-to-authorise"


async def list_for_authorisation(
    database: Database,
    cipher: Cipher,
    authoriser: Authoriser,
    *,
    state: State,
    folio: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> tuple[list[SickLeave], bool]:
    """Up to `limit`, and whether there are more; the audit names each person on the page."""
    async with database.transaction() as tx:
        rows = await sick_leaves.in_state(
            tx, state, unit=authoriser.unit, folio=folio, after=after, limit=limit + 1
        )
        page = rows[:limit]
        seen = sorted({row["member_id"] for row in page})
        await audit.record(tx, authoriser.actor, OPERATION, seen, now=now)
    return [opened.sick_leave(cipher, row) for row in page], len(rows) > limit
