"""The holder's own sick leaves, those of the last months that are sealed (R-42); audited."""

from datetime import datetime
from uuid import UUID

from clinical_records.domain.calendar_months import months_before
from clinical_records.domain.encryption import Cipher
from clinical_records.places import day_at
from clinical_records.repository import members, sick_leaves
from clinical_records.usecases import opened
from clinical_records.usecases.opened import SickLeave
from shared import audit
from shared.audit import Actor
from shared.database import Database
from shared.errors import NotFound
from shared.profile import Profile

OPERATION = "list-sick-leaves"


async def list_sick_leaves(
    database: Database,
    cipher: Cipher,
    profile: Profile,
    actor: Actor,
    *,
    family_id: UUID,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> tuple[list[SickLeave], bool]:
    """Up to `limit`, the newest first, and whether there are more; nothing else ever shows.

    The months are calendar months of the profile back from the local day, clamped. NotFound while
    the family's holder is not known here.
    """
    async with database.transaction() as tx:
        holder = await members.holder_of(tx, family_id)
        if holder is None:
            raise NotFound
        today = day_at(profile, holder.home_unit, now)
        months = profile.policies_at(today).sick_leave_months
        rows = await sick_leaves.shown_to_holder(
            tx,
            holder.member_id,
            issued_since=months_before(today, months),
            before=before,
            limit=limit + 1,
        )
        await audit.record(tx, actor, OPERATION, [holder.member_id], now=now)
    return [opened.sick_leave(cipher, row) for row in rows[:limit]], len(rows) > limit
