"""An attended appointment uses the referral that opened it, or gives it back (R-46)."""

from datetime import datetime
from uuid import UUID

from clinical_records.places import day_at
from clinical_records.repository import referrals
from shared import outbox
from shared.contracts.clinical import ReferralIssued, ReferralUsed
from shared.database import Transaction
from shared.profile import Profile


async def follow_attendance(
    tx: Transaction, profile: Profile, appointment_id: UUID, *, now: datetime
) -> None:
    """Call it after either history of the appointment changed: whichever comes last decides.

    Harmless when repeated: an appointment uses one referral at most.
    """
    visit = await referrals.visit(tx, appointment_id)
    if visit is None:
        return
    if not visit.attended:
        if (released := await referrals.release(tx, appointment_id)) is not None:
            referral_id, version = released
            issued = ReferralIssued(referral_id=referral_id, state="issued")
            await outbox.add(tx, issued, sequence=version, now=now)
    elif visit.service is not None:
        day = day_at(profile, visit.unit, visit.starts_at)
        if (used := await referrals.use(tx, visit, day)) is not None:
            referral_id, version = used
            await outbox.add(
                tx, ReferralUsed(referral_id=referral_id, state="used"), sequence=version, now=now
            )
