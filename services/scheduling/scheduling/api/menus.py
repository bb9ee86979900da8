"""What a member may book over HTTP: services, doctors, days and hours."""

from uuid import UUID

from scheduling.forms import AvailabilityQuery, ServiceQuery, SlotQuery
from scheduling.models import Availability, Doctors, Services, Slots
from scheduling.queries import availability, members
from shared.auth import AFFILIATE
from shared.errors import Invalid, Malformed
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE

routes = Routes("citas")


@routes.get("/v1/members/{member_id}/services", answer=Services, roles=AFFILIATE)
async def list_services(call: Call, *, member_id: UUID) -> Answer:
    """Services of a member, bookable or why not (R-22)."""
    family_id = call.caller.family
    async with call.app[DATABASE].connection() as connection:
        scope = await members.scope(
            connection, family_id=family_id, member_id=member_id, now=call.now
        )
        return await members.services(connection, scope, family_id=family_id, now=call.now)


@routes.get(
    "/v1/members/{member_id}/doctors",
    answer=Doctors,
    roles=AFFILIATE,
    problems=("not-covered", "referral-required"),
)
async def list_doctors(call: Call, *, member_id: UUID, query: ServiceQuery) -> Answer:
    """Doctors of a service in the member's unit, with their shift (R-21)."""
    async with call.app[DATABASE].connection() as connection:
        scope = await members.scope(
            connection, family_id=call.caller.family, member_id=member_id, now=call.now
        )
        await members.assert_open(connection, scope, query.service)
        return await members.doctors(connection, scope, query.service)


@routes.get(
    "/v1/members/{member_id}/availability",
    answer=Availability,
    roles=AFFILIATE,
    problems=("not-covered", "referral-required", "invalid-request"),
)
async def list_availability(call: Call, *, member_id: UUID, query: AvailabilityQuery) -> Answer:
    """Days with their web places, by date and then doctor (R-24)."""
    async with call.app[DATABASE].connection() as connection:
        scope = await members.scope(
            connection, family_id=call.caller.family, member_id=member_id, now=call.now
        )
        first, last = query.from_ or scope.today, query.to or scope.last_day
        if query.to is not None and last < first:
            raise Invalid("La fecha final es anterior a la inicial.")
        await members.assert_open(connection, scope, query.service)
        return await availability.availability(
            connection, scope, query.service, doctor=query.doctor, first=first, last=last
        )


@routes.get(
    "/v1/members/{member_id}/slots",
    answer=Slots,
    roles=AFFILIATE,
    problems=("not-covered", "referral-required", "agenda-full"),
)
async def list_slots(call: Call, *, member_id: UUID, query: SlotQuery) -> Answer:
    """Free slots of a day, or the first free one with any doctor (R-21)."""
    if query.first == (query.date is not None) or (query.first and query.doctor is not None):
        raise Malformed
    async with call.app[DATABASE].connection() as connection:
        scope = await members.scope(
            connection, family_id=call.caller.family, member_id=member_id, now=call.now
        )
        await members.assert_open(connection, scope, query.service)
        if query.date is None:
            return await availability.first_slot(connection, scope, query.service)
        return await availability.slots(
            connection, scope, query.service, day=query.date, doctor=query.doctor
        )
