"""Members for staff over HTTP: who it is, and what may be booked for them (R-33)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from scheduling.api.staff_reading import COUNTER, Look, looking
from scheduling.desk_forms import MemberQuery
from scheduling.desk_models import DeskAppointments, DeskAvailability, DeskSlots, MemberItems
from scheduling.domain.staff import sought
from scheduling.forms import AvailabilityQuery, ListQuery, ServiceQuery, SlotQuery
from scheduling.models import Doctors, Services
from scheduling.queries import members, staff_appointments, staff_members, staff_menus
from scheduling.queries.members import Scope
from scheduling.repository import staff
from shared.auth import Role
from shared.errors import Invalid, Malformed, NotFound
from shared.operations import Answer, Call, Routes

FINDERS: frozenset[Role] = COUNTER | {"doctor"}

routes = Routes("personal")


@routes.get("/v1/staff/members", answer=MemberItems, roles=FINDERS, audited="find-members")
async def find_members(call: Call, *, query: MemberQuery) -> Answer:
    """Members by affiliation number, by words of the name, or by an appointment's folio (R-33)."""
    async with looking(call, "find-members") as look:
        found = await staff_members.found(
            look.tx,
            sought(query.query),
            look.reach,
            limit=query.limit,
            cursor=query.cursor,
            now=call.now,
        )
        look.on(item.id for item in found.items)
    return found


@routes.get(
    "/v1/staff/members/{member_id}/appointments",
    answer=DeskAppointments,
    roles=COUNTER,
    audited="list-member-appointments",
)
async def list_desk_appointments(call: Call, *, member_id: UUID, query: ListQuery) -> Answer:
    """A member's appointments: upcoming, history or cancelled (R-26, R-33)."""
    async with looking(call, "list-member-appointments", member_id) as look:
        if await staff.family_of(look.tx, member_id, look.reach) is None:
            raise NotFound
        return await staff_appointments.of_member(
            look.tx,
            member_id,
            which=query.filter,
            limit=query.limit,
            cursor=query.cursor,
            now=call.now,
        )


@routes.get(
    "/v1/staff/members/{member_id}/services",
    answer=Services,
    roles=COUNTER,
    audited="list-member-services",
)
async def list_desk_services(call: Call, *, member_id: UUID) -> Answer:
    """Services of a member at the counter, bookable or why not (R-22)."""
    async with looking(call, "list-member-services", member_id) as look:
        return await staff_menus.services(look.tx, await _scope(look, member_id, call.now))


@routes.get(
    "/v1/staff/members/{member_id}/doctors",
    answer=Doctors,
    roles=COUNTER,
    problems=("not-covered", "referral-required"),
    audited="list-member-doctors",
)
async def list_desk_doctors(call: Call, *, member_id: UUID, query: ServiceQuery) -> Answer:
    """Doctors of a service in the member's unit, with their shift (R-21)."""
    async with looking(call, "list-member-doctors", member_id) as look:
        scope = await _scope(look, member_id, call.now)
        await staff_menus.assert_open(look.tx, scope, query.service)
        return await members.doctors(look.tx, scope, query.service)


@routes.get(
    "/v1/staff/members/{member_id}/availability",
    answer=DeskAvailability,
    roles=COUNTER,
    problems=("not-covered", "referral-required", "invalid-request"),
    audited="list-member-availability",
)
async def list_desk_availability(
    call: Call, *, member_id: UUID, query: AvailabilityQuery
) -> Answer:
    """Days of the whole agenda, with what is the web's and what the counter's (R-24, R-33)."""
    async with looking(call, "list-member-availability", member_id) as look:
        scope = await _scope(look, member_id, call.now)
        first, last = query.from_ or scope.today, query.to or scope.last_day
        if query.to is not None and last < first:
            raise Invalid("La fecha final es anterior a la inicial.")
        await staff_menus.assert_open(look.tx, scope, query.service)
        return await staff_menus.availability(
            look.tx, scope, query.service, doctor=query.doctor, first=first, last=last
        )


@routes.get(
    "/v1/staff/members/{member_id}/slots",
    answer=DeskSlots,
    roles=COUNTER,
    problems=("not-covered", "referral-required", "agenda-full"),
    audited="list-member-slots",
)
async def list_desk_slots(call: Call, *, member_id: UUID, query: SlotQuery) -> Answer:
    """Free times of a day, or the first free one with any doctor, whatever the quota (R-33)."""
    if query.first == (query.date is not None) or (query.first and query.doctor is not None):
        raise Malformed
    async with looking(call, "list-member-slots", member_id) as look:
        scope = await _scope(look, member_id, call.now)
        await staff_menus.assert_open(look.tx, scope, query.service)
        if query.date is None:
            return await staff_menus.first_slot(look.tx, scope, query.service)
        return await staff_menus.slots(
            look.tx, scope, query.service, day=query.date, doctor=query.doctor
        )


async def _scope(look: Look, member_id: UUID, now: datetime) -> Scope:
    """The member's scope as the family has it, but for the lead time, which is the web's alone."""
    family_id = await staff.family_of(look.tx, member_id, look.reach)
    if family_id is None:
        raise NotFound
    scope = await members.scope(look.tx, family_id=family_id, member_id=member_id, now=now)
    return replace(scope, earliest=now)
