"""Agendas for staff over HTTP: weeks, publications, withdrawals, quotas (R-24, R-31, R-32)."""

from datetime import timedelta
from uuid import UUID

from scheduling.agenda_forms import AgendasQuery, Preview, Publication, Quota, Withdrawal
from scheduling.agenda_models import Agendas, Published, WithdrawnDay
from scheduling.agenda_models import Quota as QuotaAnswer
from scheduling.api.staff_ranges import assert_range, assert_service, horizon_on, unit_in_reach
from scheduling.api.staff_reading import looking
from scheduling.holidays import holidays_between
from scheduling.queries import staff_agendas
from scheduling.repository.withdrawals import Order
from scheduling.usecases import publish_range as publishing
from scheduling.usecases import set_web_quota as quotas
from scheduling.usecases import withdraw_day as withdrawing
from scheduling.usecases.empty_day import OPERATION as WITHDRAWAL
from scheduling.usecases.plan_publication import Range
from shared.audit import Actor
from shared.auth import Role
from shared.clock import local_day
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

ADMINISTRATOR: frozenset[Role] = frozenset({"administrator"})
READERS: frozenset[Role] = frozenset({"administrator", "front_desk", "archive", "operator"})
DEFAULT_DAYS = 30
MOST_DAYS = 92

routes = Routes("personal")


@routes.get("/v1/staff/agendas", answer=Agendas, roles=READERS, audited="list-agendas")
async def list_agendas(call: Call, *, query: AgendasQuery) -> Answer:
    """Published days of a unit or a doctor, with their counters (R-31)."""
    first = query.from_ or local_day(call.now, call.app[PROFILE].zone_info)
    last = query.to or first + timedelta(days=DEFAULT_DAYS)
    async with looking(call, "list-agendas") as look:
        found = await staff_agendas.listed(
            look.tx,
            unit=unit_in_reach(look.reach, query.unit),
            doctor_id=query.doctor,
            first=first,
            last=last,
            limit=query.limit,
            cursor=query.cursor,
        )
        look.on(item.id for item in found.items)
    return found


@routes.post(
    "/v1/staff/agendas/publications",
    answer=Published,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("not-found", "invalid-request"),
    audited=publishing.OPERATION,
)
async def create_publication(call: Call, *, body: Publication, query: Preview) -> Answer:
    """Publish a doctor's service over a range of dates; harmless when repeated (R-31)."""
    profile = call.app[PROFILE]
    assert_service(profile, body.service)
    assert_range(body.from_, body.to, MOST_DAYS)
    named = holidays_between(profile, body.from_, body.to)
    wanted = Range(
        body.doctor, body.service, body.from_, body.to, {day: one[0] for day, one in named.items()}
    )
    database, actor = call.app[DATABASE], Actor.of(call.caller)
    if query.preview:
        return await publishing.preview_publication(database, actor, wanted, now=call.now)
    return await publishing.publish_range(
        database, call.idempotency_key, actor, wanted, now=call.now
    )


@routes.post(
    "/v1/staff/agendas/withdrawals",
    answer=WithdrawnDay,
    roles=ADMINISTRATOR,
    idempotent=True,
    problems=("not-found", "agenda-withdrawn", "invalid-request"),
    audited=WITHDRAWAL,
)
async def create_withdrawal(call: Call, *, body: Withdrawal, query: Preview) -> Answer:
    """Withdraw a doctor's day: everybody on it is moved or cancelled in one go (R-32)."""
    order = Order(body.mode, "withdrawal", body.reason.strip())
    wanted = withdrawing.Wanted(body.doctor, body.service, body.date, order)
    database, actor = call.app[DATABASE], Actor.of(call.caller)
    horizon = horizon_on(call.app[PROFILE])
    if query.preview:
        return await withdrawing.preview_withdrawal(
            database, actor, wanted, horizon_on=horizon, now=call.now
        )
    return await withdrawing.withdraw_day(
        database, call.idempotency_key, actor, wanted, horizon_on=horizon, now=call.now
    )


@routes.patch(
    "/v1/staff/agendas/{agenda_id}",
    answer=QuotaAnswer,
    roles=ADMINISTRATOR,
    problems=("not-found", "agenda-withdrawn", "quota-below-used", "invalid-request"),
    audited=quotas.OPERATION,
)
async def patch_agenda(call: Call, *, agenda_id: UUID, body: Quota, query: Preview) -> Answer:
    """Set how many places of a day the web may take, never fewer than it has taken (R-24)."""
    return await quotas.set_web_quota(
        call.app[DATABASE],
        Actor.of(call.caller),
        agenda_id,
        body.web_quota,
        preview=query.preview,
        now=call.now,
    )
