"""The family's view of its records: lists, papers' data, and who looked (R-40, R-42, R-45)."""

from datetime import datetime
from uuid import UUID

from clinical_records.api import shown
from clinical_records.api.forms import PageQuery
from clinical_records.api.models import (
    AccessList,
    PrescriptionAnswer,
    PrescriptionItem,
    PrescriptionList,
    ReferralItem,
    ReferralList,
    SickLeaveItem,
    SickLeaveList,
)
from clinical_records.parts import CIPHER
from clinical_records.usecases import list_accesses as accessing
from clinical_records.usecases import list_prescriptions as prescribed
from clinical_records.usecases import list_referrals as referred
from clinical_records.usecases import list_sick_leaves as certified
from clinical_records.usecases import read_prescription as reading
from shared import cursors
from shared.audit import Actor
from shared.auth import AFFILIATE
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("expediente")
_MEMBER = ("not-found", "not-covered", "records-withdrawn")


def before(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Where the page before ended; Malformed for what is no cursor of ours."""
    return None if cursor is None else cursors.read(cursor)


@routes.get(
    "/v1/members/{member_id}/prescriptions",
    answer=PrescriptionList,
    roles=AFFILIATE,
    problems=_MEMBER,
    audited=prescribed.OPERATION,
)
async def list_prescriptions(call: Call, *, member_id: UUID, query: PageQuery) -> Answer:
    """A covered member's prescriptions with their medications, the newest first (R-40)."""
    profile = call.app[PROFILE]
    rows, more = await prescribed.list_prescriptions(
        call.app[DATABASE],
        call.app[CIPHER],
        profile,
        Actor.of(call.caller),
        member_id,
        family_id=call.caller.family,
        before=before(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return PrescriptionList(
        items=[PrescriptionItem(**shown.prescription(profile, one)) for one in rows],
        next=cursors.write(rows[-1].issued_at, rows[-1].prescription_id) if more else None,
    )


@routes.get(
    "/v1/prescriptions/{prescription_id}",
    answer=PrescriptionAnswer,
    roles=AFFILIATE,
    problems=_MEMBER,
    audited=reading.OPERATION,
)
async def read_prescription(call: Call, *, prescription_id: UUID) -> Answer:
    """A prescription of a covered member with its medications (R-40)."""
    profile = call.app[PROFILE]
    found = await reading.read_prescription(
        call.app[DATABASE],
        call.app[CIPHER],
        profile,
        Actor.of(call.caller),
        prescription_id,
        family_id=call.caller.family,
        now=call.now,
    )
    return PrescriptionAnswer(**shown.prescription(profile, found))


@routes.get(
    "/v1/sick-leaves",
    answer=SickLeaveList,
    roles=AFFILIATE,
    problems=("not-found",),
    audited=certified.OPERATION,
)
async def list_sick_leaves(call: Call, *, query: PageQuery) -> Answer:
    """The holder's own sealed sick leaves of the last months, the newest first (R-42)."""
    profile = call.app[PROFILE]
    rows, more = await certified.list_sick_leaves(
        call.app[DATABASE],
        call.app[CIPHER],
        profile,
        Actor.of(call.caller),
        family_id=call.caller.family,
        before=before(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return SickLeaveList(
        items=[SickLeaveItem(**shown.sick_leave(profile, one)) for one in rows],
        next=cursors.write(rows[-1].issued_at, rows[-1].sick_leave_id) if more else None,
    )


@routes.get(
    "/v1/members/{member_id}/referrals",
    answer=ReferralList,
    roles=AFFILIATE,
    problems=_MEMBER,
    audited=referred.OPERATION,
)
async def list_referrals(call: Call, *, member_id: UUID, query: PageQuery) -> Answer:
    """A covered member's referrals, the newest first (R-46)."""
    profile = call.app[PROFILE]
    rows, more = await referred.list_referrals(
        call.app[DATABASE],
        call.app[CIPHER],
        profile,
        Actor.of(call.caller),
        member_id,
        family_id=call.caller.family,
        before=before(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return ReferralList(
        items=[ReferralItem(**shown.referral(profile, one)) for one in rows],
        next=cursors.write(rows[-1].issued_at, rows[-1].referral_id) if more else None,
    )


@routes.get(
    "/v1/members/{member_id}/accesses",
    answer=AccessList,
    roles=AFFILIATE,
    problems=("not-found", "records-withdrawn"),
    audited=accessing.OPERATION,
)
async def list_accesses(call: Call, *, member_id: UUID, query: PageQuery) -> Answer:
    """Who looked at a member's records, the newest first (R-45)."""
    rows, more = await accessing.list_accesses(
        call.app[DATABASE],
        Actor.of(call.caller),
        member_id,
        family_id=call.caller.family,
        before=before(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return AccessList(
        items=[shown.access(call.app[PROFILE], row) for row in rows],
        next=cursors.write(rows[-1]["at"], rows[-1]["audit_id"]) if more else None,
    )
