"""Appointments for staff over HTTP: book, cancel, say who came (R-33)."""

from uuid import UUID

from scheduling.api.staff_reading import COUNTER, looking, reach_of
from scheduling.desk_forms import Attendance, FolioQuery, Reasoned
from scheduling.desk_models import DeskAppointment, DeskAppointments
from scheduling.domain.staff import canonical_folio
from scheduling.forms import Booking
from scheduling.models import BookedAppointment
from scheduling.queries import staff_appointments
from scheduling.usecases import book_for_member as booking
from scheduling.usecases import cancel_for_member as cancelling
from scheduling.usecases import mark_attendance as marking
from shared.audit import Actor
from shared.auth import Role
from shared.errors import Malformed
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE

RECEIVERS: frozenset[Role] = frozenset({"front_desk", "archive", "doctor"})
"""Who sees people come."""

routes = Routes("personal")


@routes.get(
    "/v1/staff/appointments",
    answer=DeskAppointments,
    roles=COUNTER | {"doctor"},
    audited="find-appointment",
)
async def find_appointment(call: Call, *, query: FolioQuery) -> Answer:
    """The appointment with this folio, or none (R-33)."""
    folio = canonical_folio(query.folio)
    if folio is None:
        raise Malformed
    async with looking(call, "find-appointment") as look:
        found, ids = await staff_appointments.by_folio(look.tx, folio, look.reach, now=call.now)
        look.on(ids)
    return found


@routes.post(
    "/v1/staff/appointments",
    answer=BookedAppointment,
    status=201,
    roles=COUNTER,
    idempotent=True,
    problems=(
        "not-found", "not-covered", "not-home-unit", "referral-required", "slot-unavailable",
        "limit-reached", "slot-taken", "member-busy",
    ),
    audited=booking.OPERATION,
)  # fmt: skip
async def create_desk_appointment(call: Call, *, body: Booking) -> Answer:
    """Book for a member, from the whole agenda and also under a sanction (R-33)."""
    return await booking.book_for_member(
        call.app[DATABASE],
        call.idempotency_key,
        Actor.of(call.caller),
        reach_of(call),
        member_id=body.member_id,
        slot_id=body.slot_id,
        now=call.now,
    )


@routes.post(
    "/v1/staff/appointments/{appointment_id}/cancellation",
    answer=DeskAppointment,
    roles=COUNTER,
    idempotent=True,
    problems=("not-found", "already-cancelled", "attendance-recorded", "too-late-to-cancel"),
    audited=cancelling.OPERATION,
)
async def create_desk_cancellation(call: Call, *, appointment_id: UUID, body: Reasoned) -> Answer:
    """Cancel for a member, with a reason and never a sanction (R-28, R-33)."""
    return await cancelling.cancel_for_member(
        call.app[DATABASE],
        call.idempotency_key,
        Actor.of(call.caller),
        reach_of(call),
        appointment_id=appointment_id,
        reason=body.reason.strip(),
        now=call.now,
    )


@routes.put(
    "/v1/staff/appointments/{appointment_id}/attendance",
    answer=DeskAppointment,
    roles=RECEIVERS,
    problems=("not-found", "already-cancelled", "attendance-too-early", "invalid-request"),
    audited=marking.RECORD,
)
async def put_attendance(call: Call, *, appointment_id: UUID, body: Attendance) -> Answer:
    """Mark an appointment as attended or missed (R-33)."""
    return await marking.mark_attendance(
        call.app[DATABASE],
        Actor.of(call.caller),
        reach_of(call),
        appointment_id=appointment_id,
        mark=body.state,
        reason=body.reason.strip() if body.reason is not None else None,
        now=call.now,
    )


@routes.delete(
    "/v1/staff/appointments/{appointment_id}/attendance",
    answer=DeskAppointment,
    roles=RECEIVERS,
    problems=("not-found", "already-cancelled"),
    audited=marking.UNDO,
)
async def delete_attendance(call: Call, *, appointment_id: UUID, body: Reasoned) -> Answer:
    """Take a mark of attendance back, with a reason (R-33)."""
    return await marking.mark_attendance(
        call.app[DATABASE],
        Actor.of(call.caller),
        reach_of(call),
        appointment_id=appointment_id,
        mark="booked",
        reason=body.reason.strip(),
        now=call.now,
    )
