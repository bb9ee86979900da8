"""A member's prescriptions, the newest first (R-40); the look is audited with it (R-45)."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from clinical_records.repository import prescriptions
from clinical_records.usecases import opened
from clinical_records.usecases.admit import shown_member
from clinical_records.usecases.opened import Prescription
from shared import audit
from shared.audit import Actor
from shared.database import Database
from shared.profile import Profile

OPERATION = "list-prescriptions"


async def list_prescriptions(
    database: Database,
    cipher: Cipher,
    profile: Profile,
    actor: Actor,
    member_id: UUID,
    *,
    family_id: UUID,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> tuple[list[Prescription], bool]:
    """Up to `limit`, and whether there are more. Raises NotFound, NotCovered, RecordsWithdrawn."""
    async with database.transaction() as tx:
        await shown_member(tx, profile, family_id, member_id, now)
        rows = await prescriptions.page(tx, member_id, before=before, limit=limit + 1)
        await audit.record(tx, actor, OPERATION, [member_id], now=now)
    return [opened.prescription(cipher, row) for row in rows[:limit]], len(rows) > limit
