"""Moving one appointment for staff over HTTP (R-32)."""

from uuid import UUID

from scheduling.agenda_forms import Move as MoveForm
from scheduling.agenda_forms import Preview
from scheduling.agenda_models import MovedAppointment
from scheduling.api.staff_reading import reach_of
from scheduling.usecases import move_appointment as moving
from shared.audit import Actor
from shared.auth import Role
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE

MOVERS: frozenset[Role] = frozenset({"front_desk", "operator", "administrator"})

routes = Routes("personal")


@routes.post(
    "/v1/staff/appointments/{appointment_id}/move",
    answer=MovedAppointment,
    roles=MOVERS,
    idempotent=True,
    problems=(
        "not-found", "already-cancelled", "not-movable", "invalid-request", "not-covered",
        "slot-unavailable", "slot-taken", "member-busy",
    ),
    audited=moving.OPERATION,
)  # fmt: skip
async def create_move(
    call: Call, *, appointment_id: UUID, body: MoveForm, query: Preview
) -> Answer:
    """Move an appointment to another time of its service and unit; its folio stays (R-32)."""
    wanted = moving.Move(appointment_id, body.slot_id, body.reason.strip())
    database, actor, reach = call.app[DATABASE], Actor.of(call.caller), reach_of(call)
    if query.preview:
        return await moving.preview_move(database, actor, reach, wanted, now=call.now)
    return await moving.move_appointment(
        database, call.idempotency_key, actor, reach, wanted, now=call.now
    )
