"""Doctors and their weeks for staff over HTTP (R-31)."""

from datetime import time
from uuid import UUID

from scheduling.agenda_forms import Hours, UnitQuery, Week
from scheduling.agenda_models import DoctorWeek, StaffDoctors
from scheduling.api.staff_agendas import ADMINISTRATOR, READERS
from scheduling.api.staff_ranges import assert_service, unit_in_reach
from scheduling.api.staff_reading import looking
from scheduling.domain.agenda import Template
from scheduling.queries import staff_agendas
from scheduling.usecases import put_week as weeks
from shared.audit import Actor
from shared.errors import Invalid
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("personal")


@routes.get("/v1/staff/doctors", answer=StaffDoctors, roles=READERS, audited="list-doctors")
async def list_unit_doctors(call: Call, *, query: UnitQuery) -> Answer:
    """A unit's doctors with the services of their weeks."""
    async with looking(call, "list-doctors") as look:
        unit = unit_in_reach(look.reach, query.unit)
        found = await staff_agendas.doctors(look.tx, unit or query.unit)
        look.on(item.id for item in found.items)
    return found


@routes.get(
    "/v1/staff/doctors/{doctor_id}/template",
    answer=DoctorWeek,
    roles=READERS,
    audited="read-template",
)
async def read_template(call: Call, *, doctor_id: UUID) -> Answer:
    """A doctor's week, as it is published from now on (R-31)."""
    async with looking(call, "read-template", doctor_id) as look:
        return await staff_agendas.week(look.tx, doctor_id, look.reach.unit)


@routes.put(
    "/v1/staff/doctors/{doctor_id}/template",
    answer=DoctorWeek,
    roles=ADMINISTRATOR,
    problems=("not-found", "invalid-request"),
    audited=weeks.OPERATION,
)
async def put_template(call: Call, *, doctor_id: UUID, body: Week) -> Answer:
    """Set a doctor's whole week; published days change when they are published again (R-31)."""
    database = call.app[DATABASE]
    for place, hours in enumerate(body.hours):
        assert_service(call.app[PROFILE], hours.service, f"/hours/{place}/service")
    blocks = [_block(doctor_id, place, hours) for place, hours in enumerate(body.hours)]
    await weeks.put_week(database, Actor.of(call.caller), doctor_id, blocks, now=call.now)
    async with database.connection() as connection:
        return await staff_agendas.week(connection, doctor_id, None)


def _block(doctor_id: UUID, place: int, hours: Hours) -> Template:
    opens, closes = time.fromisoformat(hours.from_), time.fromisoformat(hours.to)
    pointer, code, message = f"/hours/{place}", "", ""
    if closes <= opens:
        code, message = "before-from", "La hora final no es posterior a la inicial."
    elif len(set(hours.weekdays)) < len(hours.weekdays):
        code, message = "repeated", "Un día de la semana está repetido."
    if code:
        raise Invalid(errors=[{"pointer": pointer, "code": code, "message": message}])
    return Template(
        doctor_id=doctor_id,
        service=hours.service,
        unit="",
        weekdays=tuple(sorted(hours.weekdays)),
        opens=opens,
        closes=closes,
        slot_minutes=hours.slot_minutes,
        web_quota=hours.web_quota,
    )
