"""A member's referrals as the family sees them (R-46); the look is audited with it (R-45)."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from clinical_records.repository import referrals
from clinical_records.usecases import opened
from clinical_records.usecases.admit import shown_member
from clinical_records.usecases.opened import Referral
from shared import audit
from shared.audit import Actor
from shared.database import Database
from shared.profile import Profile

OPERATION = "list-referrals"


async def list_referrals(
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
) -> tuple[list[Referral], bool]:
    """Up to `limit`, and whether there are more. Raises NotFound, NotCovered, RecordsWithdrawn."""
    async with database.transaction() as tx:
        await shown_member(tx, profile, family_id, member_id, now)
        rows = await referrals.page(tx, member_id, before=before, limit=limit + 1)
        await audit.record(tx, actor, OPERATION, [member_id], now=now)
    return [opened.referral(cipher, row) for row in rows[:limit]], len(rows) > limit
