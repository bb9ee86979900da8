"""Holidays and absences for staff over HTTP (R-31, R-32)."""

from datetime import timedelta

from scheduling.agenda_forms import Absence as AbsenceForm
from scheduling.agenda_forms import (
    AbsencesQuery,
    HolidaysQuery,
    Preview,
)
from scheduling.agenda_forms import Holiday as HolidayForm
from scheduling.api.staff_agendas import ADMINISTRATOR, READERS
from scheduling.api.staff_ranges import (
    assert_from_today,
    assert_range,
    assert_unit,
    unit_in_reach,
)
from scheduling.api.staff_reading import looking
from scheduling.closure_models import Absences, Closure, HolidayItem, Holidays
from scheduling.holidays import holidays_between
from scheduling.queries import staff_agendas
from scheduling.usecases import close_days
from scheduling.usecases.close_days import Absence, Holiday
from shared.audit import Actor
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

YEAR = 366
"""Days of the longest list of holidays, and of the longest absence."""

routes = Routes("personal")


@routes.get("/v1/staff/holidays", answer=Holidays, roles=READERS, audited="list-holidays")
async def list_holidays(call: Call, *, query: HolidaysQuery) -> Answer:
    """Days without appointments: the country's, the institute's own, and declared ones."""
    profile = call.app[PROFILE]
    first = query.from_ or local_day(call.now, profile.zone_info)
    last = query.to or first + timedelta(days=YEAR - 1)
    assert_range(first, last, YEAR)
    async with looking(call, "list-holidays") as look:
        unit = unit_in_reach(look.reach, query.unit)
        items = await staff_agendas.declared_holidays(look.tx, unit=unit, first=first, last=last)
    items += [
        HolidayItem(date=day, name=name, source=source, unit=None)
        for day, (name, source) in holidays_between(profile, first, last).items()
    ]
    return Holidays(items=sorted(items, key=lambda item: (item.date, item.unit or "")))


@routes.post(
    "/v1/staff/holidays",
    answer=Closure,
    status=201,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("invalid-request",),
    audited=close_days.HOLIDAY,
)
async def create_holiday(call: Call, *, body: HolidayForm, query: Preview) -> Answer:
    """Declare a day without appointments; what is booked on it goes the way of R-32."""
    profile = call.app[PROFILE]
    assert_from_today(body.date, local_day(call.now, profile.zone_info), "/date")
    if body.unit is not None:
        assert_unit(profile, body.unit)
    holiday = Holiday(body.date, body.name.strip(), body.unit, body.mode)
    database, actor = call.app[DATABASE], Actor.of(call.caller)
    if query.preview:
        return await close_days.preview_holiday(database, actor, holiday, now=call.now)
    return await close_days.declare_holiday(
        database, call.idempotency_key, actor, holiday, now=call.now
    )


@routes.get("/v1/staff/absences", answer=Absences, roles=READERS, audited="list-absences")
async def list_absences(call: Call, *, query: AbsencesQuery) -> Answer:
    """Doctors' absences that end today or later."""
    first = query.from_ or local_day(call.now, call.app[PROFILE].zone_info)
    async with looking(call, "list-absences") as look:
        found = await staff_agendas.absences(
            look.tx,
            unit=unit_in_reach(look.reach, query.unit),
            doctor_id=query.doctor,
            first=first,
            limit=query.limit,
            cursor=query.cursor,
        )
        look.on(item.id for item in found.items)
    return found


@routes.post(
    "/v1/staff/absences",
    answer=Closure,
    status=201,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("not-found", "invalid-request"),
    audited=close_days.ABSENCE,
)
async def create_absence(call: Call, *, body: AbsenceForm, query: Preview) -> Answer:
    """Declare a doctor's absence; what is booked in it goes the way of R-32."""
    assert_from_today(body.from_, local_day(call.now, call.app[PROFILE].zone_info), "/from")
    assert_range(body.from_, body.to, YEAR)
    absence = Absence(body.doctor, body.from_, body.to, body.reason.strip(), body.mode)
    database, actor = call.app[DATABASE], Actor.of(call.caller)
    if query.preview:
        return await close_days.preview_absence(database, actor, absence, now=call.now)
    return await close_days.declare_absence(
        database, call.idempotency_key, actor, absence, now=call.now
    )
