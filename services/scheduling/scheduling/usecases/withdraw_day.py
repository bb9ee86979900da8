"""Withdraw a published day of a doctor (R-32): close it, then empty it; or only say how."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.agenda_refusals import AgendaWithdrawn
from scheduling.repository import affected, publishing, withdrawals
from scheduling.repository.withdrawals import Agenda, Order
from scheduling.usecases.empty_day import OPERATION, HorizonOn, described, empty_day
from scheduling.usecases.plan_moves import plan_moves
from shared import audit, idempotency
from shared.audit import Actor
from shared.clock import local_day
from shared.database import Database, Transaction
from shared.errors import Invalid, NotFound, StillRunning
from shared.idempotency import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which day, and what is to become of it."""

    doctor_id: UUID
    service: str
    date: date
    order: Order


async def withdraw_day(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    wanted: Wanted,
    *,
    horizon_on: HorizonOn,
    now: datetime,
) -> bytes:
    """What became of each appointment, as JSON.

    Raises NotFound, AgendaWithdrawn, Invalid for a day that is over. Once the day is closed the
    work is finished whatever happens to the request: a job does it, and a repeat with the same key
    is told the same.
    """

    async def close() -> UUID | bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            agenda = await _open_agenda(tx, wanted, now)
            await publishing.serialize(tx, agenda.unit, agenda.service)
            closed = await withdrawals.close(
                tx, [agenda.agenda_id], wanted.order, actor, key=key, now=now
            )
            if not closed:
                raise AgendaWithdrawn
            return closed[0].withdrawal_id

    closed = await database.retrying(close)
    if isinstance(closed, bytes):
        return closed
    await empty_day(database, closed, horizon_on=horizon_on, now=now)
    async with database.connection() as connection:
        answer = await withdrawals.answer(connection, key)
    if answer is None:
        raise StillRunning
    return answer.encode()


async def preview_withdrawal(
    database: Database, actor: Actor, wanted: Wanted, *, horizon_on: HorizonOn, now: datetime
) -> bytes:
    """What withdrawing the day now would do; nothing is changed but the audit."""
    async with database.transaction() as tx:
        agenda = await _open_agenda(tx, wanted, now)
        ends = await plan_moves(
            tx,
            agenda,
            await affected.of_agenda(tx, agenda.agenda_id, now),
            wanted.order.mode,
            horizon_days=horizon_on(agenda.date),
            hold=False,
        )
        await audit.record(tx, actor, f"{OPERATION}-preview", [agenda.agenda_id], now=now)
    return described(agenda, ends, wanted.order, preview=True)


async def _open_agenda(tx: Transaction, wanted: Wanted, now: datetime) -> Agenda:
    agenda = await withdrawals.agenda_of(tx, wanted.doctor_id, wanted.service, wanted.date)
    if agenda is None:
        raise NotFound
    if agenda.state != "open":
        raise AgendaWithdrawn
    assert_not_past(agenda.date, "/date", agenda.zone, now)
    return agenda


def assert_not_past(day: date, pointer: str, zone: str, now: datetime) -> None:
    """Raises Invalid for a day that is over in this zone."""
    if day < local_day(now, ZoneInfo(zone)):
        fault = {"pointer": pointer, "code": "past", "message": "Ese día ya pasó."}
        raise Invalid(errors=[fault])
