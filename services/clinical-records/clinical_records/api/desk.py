"""At the desk and for auditors: withdrawals, who looked, and the audit itself (R-45)."""

from uuid import UUID

from clinical_records.api import shown
from clinical_records.api.family import before
from clinical_records.api.forms import PageQuery, WithdrawalForm
from clinical_records.api.keys import guarded_key
from clinical_records.api.models import AccessList
from clinical_records.api.staff_models import WithdrawalAnswer
from clinical_records.domain.encryption import Unopenable
from clinical_records.parts import CIPHER
from clinical_records.usecases import list_accesses as accessing
from clinical_records.usecases import withdraw_records as withdrawing
from clinical_records.usecases.acting import Clerk
from clinical_records.usecases.audit_reasons import open_reason
from shared import audit_reading, cursors
from shared.audit_reading import AuditQuery, AuditRow, AuditRows
from shared.auth import Role
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

AT_THE_DESK: frozenset[Role] = frozenset({"front_desk", "archive"})
AUDITOR: frozenset[Role] = frozenset({"auditor"})
routes = Routes("personal")


@routes.post(
    "/v1/staff/members/{member_id}/record-withdrawal",
    answer=WithdrawalAnswer,
    roles=AT_THE_DESK,
    idempotent=True,
    problems=("not-found", "withdrawal-not-allowed"),
    audited=withdrawing.OPERATION,
)
async def create_record_withdrawal(call: Call, *, member_id: UUID, body: WithdrawalForm) -> Answer:
    """Withdraws or restores an adult member's records, after an identity check (R-45)."""
    return await withdrawing.withdraw_records(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Clerk.of(call.caller),
        member_id,
        profile=call.app[PROFILE],
        withdrawn=body.withdrawn,
        identity_check=body.identity_check,
        now=call.now,
    )


@routes.get(
    "/v1/staff/members/{member_id}/accesses",
    answer=AccessList,
    roles=AT_THE_DESK,
    problems=("not-found",),
    audited=accessing.AT_THE_DESK,
)
async def list_staff_accesses(call: Call, *, member_id: UUID, query: PageQuery) -> Answer:
    """Who looked at the records of a member of the unit, to be printed for that person (R-45)."""
    rows, more = await accessing.print_accesses(
        call.app[DATABASE],
        Clerk.of(call.caller),
        member_id,
        before=before(query.cursor),
        limit=query.limit,
        now=call.now,
    )
    return AccessList(
        items=[shown.access(call.app[PROFILE], row) for row in rows],
        next=cursors.write(rows[-1]["at"], rows[-1]["audit_id"]) if more else None,
    )


@routes.get(
    "/v1/staff/audit/clinical-records",
    answer=AuditRows,
    roles=AUDITOR,
    audited=audit_reading.OPERATION,
)
async def list_clinical_audit(call: Call, *, query: AuditQuery) -> Answer:
    """Who looked at whose records, allowed or refused, with the reasons given; recorded, too."""
    found = await audit_reading.list_audit(call, query=query)
    if not isinstance(found, AuditRows):
        raise TypeError(type(found))
    return AuditRows(items=[_opened(call, row) for row in found.items], next=found.next)


def _opened(call: Call, row: AuditRow) -> AuditRow:
    """Reasons are kept sealed: who may read this may read them.

    One that was changed stays as it stands, for the chain to show; the other rows are still read.
    """
    try:
        reason = open_reason(call.app[CIPHER], row.operation, row.reason)
    except Unopenable:
        return row
    return row.model_copy(update={"reason": reason})
