"""Empty a day that was closed (R-32): everybody moved or cancelled in one transaction."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from scheduling.domain.moving import Place
from scheduling.repository import affected, changes, publishing, withdrawals
from scheduling.repository.changes import Changes, Overtaken
from scheduling.repository.withdrawals import Agenda, Order
from scheduling.usecases.answers import rendered
from scheduling.usecases.plan_moves import Ends, plan_moves
from shared import audit, idempotency, outbox
from shared.contracts.event import Fact
from shared.database import Database, Transaction
from shared.errors import Unavailable
from shared.idempotency import Stored

OPERATION = "withdraw-agenda"
TRIES = 5
_log = structlog.get_logger()

HorizonOn = Callable[[date], int]
"""The booking horizon in days that the policies of a day give (R-30)."""


async def empty_day(
    database: Database, withdrawal_id: UUID, *, horizon_on: HorizonOn, now: datetime
) -> None:
    """Finishes a withdrawal; nothing where somebody else did."""

    async def once() -> None:
        async with database.transaction() as tx:
            await _empty(tx, withdrawal_id, horizon_on, now)

    for _ in range(TRIES):
        try:
            return await database.retrying(once)
        except Overtaken:
            _log.info("withdrawal_planned_anew", count=1)
    raise Unavailable


async def _empty(
    tx: Transaction, withdrawal_id: UUID, horizon_on: HorizonOn, now: datetime
) -> None:
    """Locks in this order: withdrawal, service of the unit, families, slots, agenda_days."""
    wanted = await withdrawals.lock(tx, withdrawal_id)
    if wanted is None:
        return
    agenda = await withdrawals.agenda(tx, wanted.agenda_id)
    if agenda is None:
        raise LookupError(wanted.agenda_id)
    await publishing.serialize(tx, agenda.unit, agenda.service)
    seen = await affected.of_agenda(tx, agenda.agenda_id, now)
    await affected.lock_families(tx, {one.family_id for one in seen})
    # The day is closed: who was seen may have cancelled meanwhile, nobody came.
    found = await affected.of_agenda(tx, agenda.agenda_id, now)
    ends = await plan_moves(
        tx,
        agenda,
        found,
        wanted.order.mode,
        horizon_days=horizon_on(agenda.date),
        hold=True,
    )
    moved, cancelled = await _change(tx, ends, wanted.order, now)
    await _tell(tx, [*moved.facts, *cancelled.facts], now)
    subjects = [agenda.agenda_id, *(one.appointment_id for one, _ in ends)]
    await audit.record(tx, wanted.actor, OPERATION, subjects, reason=wanted.order.reason, now=now)
    places = sum(isinstance(end, Place) for _, end in ends)
    await withdrawals.finish(tx, withdrawal_id, moved=places, cancelled=len(ends) - places, now=now)
    if wanted.key is not None:
        answer = described(agenda, ends, wanted.order, preview=False)
        await idempotency.keep(tx, wanted.key, Stored(200, answer.decode()))
    withdrawn = await changes.count(tx, moved, cancelled, withdrawn=agenda.agenda_id)
    if withdrawn is not None:
        await _tell(tx, [withdrawn], now)


async def _tell(tx: Transaction, facts: Sequence[tuple[Fact, int]], now: datetime) -> None:
    rows = [outbox.row(fact, sequence=version, now=now) for fact, version in facts]
    await outbox.add_rows(tx, rows, lane=1)


async def _change(
    tx: Transaction, ends: Ends, order: Order, now: datetime
) -> tuple[Changes, Changes]:
    to = {one.appointment_id: end.slot_id for one, end in ends if isinstance(end, Place)}
    rest = [one.appointment_id for one, end in ends if not isinstance(end, Place)]
    moved = await changes.move(tx, to, by="institute", cause=order.cause, reason=order.reason)
    cancelled = await changes.cancel(tx, rest, cause=order.cause, reason=order.reason, now=now)
    return moved, cancelled


def described(agenda: Agenda, ends: Ends, order: Order, *, preview: bool) -> bytes:
    """The answer's JSON: each appointment by its folio, where it goes or why it can't."""
    zone = ZoneInfo(agenda.zone)

    def place(end: object) -> dict[str, object] | None:
        if not isinstance(end, Place):
            return None
        return {
            "slot_id": end.slot_id,
            "doctor_id": end.doctor_id,
            "starts_at": end.starts_at.astimezone(zone),
            "ends_at": end.ends_at.astimezone(zone),
        }

    items = [
        {
            "id": one.appointment_id,
            "folio": one.folio,
            "starts_at": one.starts_at.astimezone(zone),
            "outcome": "moved" if isinstance(end, Place) else "cancelled",
            "to": place(end),
            "why": end if isinstance(end, str) else None,
        }
        for one, end in ends
    ]
    moved = sum(item["outcome"] == "moved" for item in items)
    return rendered(
        {
            "agenda_id": agenda.agenda_id,
            "doctor_id": agenda.doctor_id,
            "service": agenda.service,
            "unit": agenda.unit,
            "date": agenda.date,
            "mode": order.mode,
            "preview": preview,
            "moved": moved,
            "cancelled": len(items) - moved,
            "items": items,
        }
    )
