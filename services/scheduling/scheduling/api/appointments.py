"""Appointments over HTTP, for affiliates: read, call one use case or query, answer."""

from uuid import UUID

from aiohttp import web

from scheduling.api.alternatives import NO_PLACE, with_alternatives
from scheduling.calendar_entry import calendar_entry
from scheduling.domain.refusals import sanction_reason
from scheduling.forms import Booking, Empty, ListQuery
from scheduling.models import (
    Appointment,
    Appointments,
    BookedAppointment,
    CancelledAppointment,
    Cause,
    SanctionItem,
    Sanctions,
)
from scheduling.queries import appointments, members
from scheduling.usecases.book_appointment import book_appointment
from scheduling.usecases.cancel_appointment import cancel_appointment
from shared.auth import AFFILIATE
from shared.errors import Refused
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("citas")

_BOOKING = (
    "not-found", "not-covered", "not-home-unit", "referral-required", "sanctioned",
    "slot-unavailable", "limit-reached", "slot-taken", "member-busy", "web-quota-exhausted",
)  # fmt: skip


@routes.post(
    "/v1/appointments",
    answer=BookedAppointment,
    status=201,
    roles=AFFILIATE,
    idempotent=True,
    problems=_BOOKING,
)
async def create_appointment(call: Call, *, body: Booking) -> Answer:
    """Book a slot for a member of the family (R-21 to R-26)."""
    try:
        return await book_appointment(
            call.app[DATABASE],
            call.idempotency_key,
            family_id=call.caller.family,
            member_id=body.member_id,
            slot_id=body.slot_id,
            channel=call.channel,
            now=call.now,
        )
    except Refused as refusal:
        if refusal.slug not in NO_PLACE:
            raise
        raise await with_alternatives(call, body, refusal) from None


@routes.get("/v1/appointments", answer=Appointments, roles=AFFILIATE)
async def list_appointments(call: Call, *, query: ListQuery) -> Answer:
    """The family's appointments: upcoming, history or cancelled (R-26)."""
    async with call.app[DATABASE].connection() as connection:
        return await appointments.listed(
            connection,
            family_id=call.caller.family,
            member_id=None,
            which=query.filter,
            limit=query.limit,
            cursor=query.cursor,
            now=call.now,
        )


@routes.get("/v1/members/{member_id}/appointments", answer=Appointments, roles=AFFILIATE)
async def list_member_appointments(call: Call, *, member_id: UUID, query: ListQuery) -> Answer:
    """A member's appointments: upcoming, history or cancelled (R-26)."""
    family_id = call.caller.family
    async with call.app[DATABASE].connection() as connection:
        await members.scope(connection, family_id=family_id, member_id=member_id, now=call.now)
        return await appointments.listed(
            connection,
            family_id=family_id,
            member_id=member_id,
            which=query.filter,
            limit=query.limit,
            cursor=query.cursor,
            now=call.now,
        )


@routes.get("/v1/appointments/{appointment_id}", answer=Appointment, roles=AFFILIATE)
async def read_appointment(call: Call, *, appointment_id: UUID) -> Answer:
    """An appointment, with what cancelling it would do (R-29)."""
    async with call.app[DATABASE].connection() as connection:
        return await appointments.one(
            connection,
            appointment_id=appointment_id,
            family_id=call.caller.family,
            now=call.now,
        )


@routes.get(
    "/v1/appointments/{appointment_id}/calendar.ics",
    media_type="text/calendar",
    roles=AFFILIATE,
)
async def read_calendar(call: Call, *, appointment_id: UUID) -> Answer:
    """An appointment as a calendar file (RFC 5545)."""
    async with call.app[DATABASE].connection() as connection:
        row = await appointments.for_calendar(
            connection, appointment_id=appointment_id, family_id=call.caller.family
        )
    return web.Response(
        body=calendar_entry(call.app[PROFILE], appointment_id, row),
        content_type="text/calendar",
        charset="utf-8",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": 'attachment; filename="cita.ics"',
        },
    )


@routes.post(
    "/v1/appointments/{appointment_id}/cancellation",
    answer=CancelledAppointment,
    roles=AFFILIATE,
    idempotent=True,
    problems=("already-cancelled", "too-late-to-cancel"),
)
async def create_cancellation(call: Call, *, appointment_id: UUID, body: Empty) -> Answer:  # noqa: ARG001  # `{}` is the contract
    """Cancel an appointment for good (R-27)."""
    return await cancel_appointment(
        call.app[DATABASE],
        call.idempotency_key,
        family_id=call.caller.family,
        appointment_id=appointment_id,
        channel=call.channel,
        now=call.now,
    )


@routes.get("/v1/sanctions", answer=Sanctions, roles=AFFILIATE)
async def list_sanctions(call: Call) -> Answer:
    """The family's sanctions that hold: rule, cause and end (R-28)."""
    async with call.app[DATABASE].connection() as connection:
        rows = await appointments.sanctions(connection, family_id=call.caller.family, now=call.now)
    return Sanctions(
        items=[
            SanctionItem(
                id=row["sanction_id"],
                rule=row["rule"],
                reason=sanction_reason(row["rule"]),
                causes=[
                    Cause(appointment_id=cause[0], folio=cause[1], cancelled_at=cause[2])
                    for cause in row["causes"]
                ],
                imposed_at=row["imposed_at"],
                until=row["until"],
            )
            for row in rows
        ]
    )
