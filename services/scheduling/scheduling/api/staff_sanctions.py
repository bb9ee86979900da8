"""Sanctions for staff over HTTP: look at them, lift them (R-29)."""

from uuid import UUID

from scheduling.api.staff_reading import COUNTER, looking, reach_of
from scheduling.desk_forms import Reasoned, SanctionQuery
from scheduling.desk_models import FamilySanctions, LiftedSanction
from scheduling.queries import staff_sanctions
from scheduling.repository import staff
from scheduling.usecases import lift_sanction as lifting
from shared.audit import Actor
from shared.auth import Role
from shared.errors import NotFound
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE

LIFTERS: frozenset[Role] = frozenset({"front_desk", "administrator"})
"""Lifting forgives: whoever answers for the counter does it, with the person before them."""

routes = Routes("personal")


@routes.get(
    "/v1/staff/sanctions",
    answer=FamilySanctions,
    roles=COUNTER | {"administrator"},
    problems=("not-found",),
    audited="list-sanctions",
)
async def list_family_sanctions(call: Call, *, query: SanctionQuery) -> Answer:
    """A family's sanctions, the newest first: those that hold, are over or were lifted (R-28)."""
    async with looking(call, "list-sanctions", query.family) as look:
        if not await staff.family_in_reach(look.tx, query.family, look.reach):
            raise NotFound
        return await staff_sanctions.of_family(
            look.tx, query.family, limit=query.limit, cursor=query.cursor, now=call.now
        )


@routes.post(
    "/v1/staff/sanctions/{sanction_id}/lifting",
    answer=LiftedSanction,
    roles=LIFTERS,
    idempotent=True,
    problems=("not-found", "sanction-over"),
    audited=lifting.OPERATION,
)
async def create_lifting(call: Call, *, sanction_id: UUID, body: Reasoned) -> Answer:
    """Lift a sanction with a reason (R-29)."""
    return await lifting.lift_sanction(
        call.app[DATABASE],
        call.idempotency_key,
        Actor.of(call.caller),
        reach_of(call),
        sanction_id=sanction_id,
        reason=body.reason.strip(),
        now=call.now,
    )
