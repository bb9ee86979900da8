"""Sick leaves at work: a doctor issues, the authorising officer authorises or revokes (R-43)."""

from uuid import UUID

from clinical_records.api import shown
from clinical_records.api.forms import Empty, QueueQuery, ReasonForm, SickLeaveForm
from clinical_records.api.keys import guarded_key
from clinical_records.api.staff_models import (
    AuthorisedSickLeave,
    IssuedSickLeave,
    RevokedSickLeave,
    SickLeaveQueue,
)
from clinical_records.parts import CIPHER
from clinical_records.usecases import authorise_sick_leave as authorising
from clinical_records.usecases import issue_sick_leave as issuing
from clinical_records.usecases import list_for_authorisation as queueing
from clinical_records.usecases import revoke_sick_leave as revoking
from clinical_records.usecases.acting import Authoriser, Doctor
from shared import cursors
from shared.auth import Role
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

DOCTOR: frozenset[Role] = frozenset({"doctor"})
AUTHORISER: frozenset[Role] = frozenset({"authoriser"})
routes = Routes("incapacidades")


@routes.post(
    "/v1/staff/sick-leaves",
    answer=IssuedSickLeave,
    status=201,
    roles=DOCTOR,
    idempotent=True,
    problems=("not-found", "not-covered", "holder-only"),
    audited=issuing.OPERATION,
)
async def create_sick_leave(call: Call, *, body: SickLeaveForm) -> Answer:
    """Issues a sick leave to a covered holder of the doctor's unit; it waits for authorisation."""
    return await issuing.issue_sick_leave(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Doctor.of(call.caller),
        issuing.Wanted(
            member_id=body.member_id,
            starts_on=body.starts_on,
            days=body.days,
            kind=body.kind,
            diagnosis=body.diagnosis,
            remarks=None if body.remarks is None else body.remarks.strip(),
        ),
        profile=call.app[PROFILE],
        now=call.now,
    )


@routes.get(
    "/v1/staff/sick-leaves", answer=SickLeaveQueue, roles=AUTHORISER, audited=queueing.OPERATION
)
async def list_staff_sick_leaves(call: Call, *, query: QueueQuery) -> Answer:
    """Sick leaves of the authoriser's unit in one state, the oldest first."""
    profile = call.app[PROFILE]
    rows, more = await queueing.list_for_authorisation(
        call.app[DATABASE],
        call.app[CIPHER],
        Authoriser.of(call.caller),
        state=query.state,
        folio=query.folio,
        after=None if query.cursor is None else cursors.read(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return SickLeaveQueue(
        items=[shown.queued(profile, one) for one in rows],
        next=cursors.write(rows[-1].issued_at, rows[-1].sick_leave_id) if more else None,
    )


@routes.post(
    "/v1/staff/sick-leaves/{sick_leave_id}/authorisation",
    answer=AuthorisedSickLeave,
    roles=AUTHORISER,
    idempotent=True,
    problems=("not-found", "own-sick-leave", "sick-leave-state"),
    audited=authorising.OPERATION,
)
async def create_authorisation(call: Call, *, sick_leave_id: UUID, body: Empty) -> Answer:  # noqa: ARG001  # an empty body is still judged
    """Authorises what a doctor issued; its document is then made and sealed (R-43)."""
    return await authorising.authorise_sick_leave(
        call.app[DATABASE],
        call.idempotency_key,
        Authoriser.of(call.caller),
        sick_leave_id,
        now=call.now,
    )


@routes.post(
    "/v1/staff/sick-leaves/{sick_leave_id}/revocation",
    answer=RevokedSickLeave,
    roles=AUTHORISER,
    idempotent=True,
    problems=("not-found", "sick-leave-state"),
    audited=revoking.OPERATION,
)
async def create_revocation(call: Call, *, sick_leave_id: UUID, body: ReasonForm) -> Answer:
    """Revokes a sick leave with a reason, sealed already or not yet (R-43)."""
    return await revoking.revoke_sick_leave(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Authoriser.of(call.caller),
        sick_leave_id,
        reason=body.reason,
        now=call.now,
    )
