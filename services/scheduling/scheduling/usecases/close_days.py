"""Declare a holiday or a doctor's absence (R-31): what is published in it is withdrawn.

The days are closed at once; each is emptied in a transaction of its own, by a job (R-32).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from scheduling.repository import closures, doctors, publishing, withdrawals
from scheduling.repository.withdrawals import Agenda, Mode, Order
from scheduling.usecases.answers import rendered
from shared import audit, idempotency
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7

HOLIDAY = "declare-holiday"
ABSENCE = "declare-absence"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which a unit, or without one the whole institute, gives no appointments."""

    date: date
    name: str
    unit: str | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, the first and the last included, on which a doctor isn't there."""

    doctor_id: UUID
    first: date
    last: date
    reason: str
    mode: Mode


async def declare_holiday(
    database: Database, key: IdempotencyKey, actor: Actor, holiday: Holiday, *, now: datetime
) -> bytes:
    """The holiday and the days it withdraws, as JSON; declared again it is the same one."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            await closures.hold(tx, declaring=True)
            holiday_id = await closures.declare_holiday(
                tx,
                uuid7(),
                day=holiday.date,
                unit=holiday.unit,
                name=holiday.name,
                by=key.account_id,
                now=now,
            )
            order = Order(holiday.mode, "holiday", holiday.name)
            answer = await _close(tx, actor, order, await _of_holiday(tx, holiday), now)
            answer |= {"id": holiday_id, "preview": False}
            await audit.record(tx, actor, HOLIDAY, [holiday_id], reason=holiday.name, now=now)
            body = rendered(answer)
            await idempotency.keep(tx, key, Stored(201, body.decode()))
            return body

    return await database.retrying(once)


async def preview_holiday(
    database: Database, actor: Actor, holiday: Holiday, *, now: datetime
) -> bytes:
    """What declaring the holiday now would withdraw; nothing is changed but the audit."""
    async with database.transaction() as tx:
        answer = await _touched(tx, await _of_holiday(tx, holiday), holiday.mode, now)
        await audit.record(tx, actor, f"{HOLIDAY}-preview", [], now=now)
    return rendered(answer | {"id": None, "preview": True})


async def declare_absence(
    database: Database, key: IdempotencyKey, actor: Actor, absence: Absence, *, now: datetime
) -> bytes:
    """The absence and the days it withdraws, as JSON; raises NotFound for an unknown doctor."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            await closures.hold(tx, declaring=True)
            days = await _of_absence(tx, absence)
            absence_id = uuid7()
            await closures.declare_absence(
                tx,
                absence_id,
                doctor_id=absence.doctor_id,
                first=absence.first,
                last=absence.last,
                reason=absence.reason,
                by=key.account_id,
                now=now,
            )
            order = Order(absence.mode, "absence", absence.reason)
            answer = await _close(tx, actor, order, days, now)
            answer |= {"id": absence_id, "preview": False}
            subjects = [absence_id, absence.doctor_id]
            await audit.record(tx, actor, ABSENCE, subjects, reason=absence.reason, now=now)
            body = rendered(answer)
            await idempotency.keep(tx, key, Stored(201, body.decode()))
            return body

    return await database.retrying(once)


async def preview_absence(
    database: Database, actor: Actor, absence: Absence, *, now: datetime
) -> bytes:
    """What declaring the absence now would withdraw; nothing is changed but the audit."""
    async with database.transaction() as tx:
        answer = await _touched(tx, await _of_absence(tx, absence), absence.mode, now)
        await audit.record(tx, actor, f"{ABSENCE}-preview", [absence.doctor_id], now=now)
    return rendered(answer | {"id": None, "preview": True})


async def _of_holiday(tx: Transaction, holiday: Holiday) -> list[Agenda]:
    return await withdrawals.open_days(
        tx, doctor_id=None, unit=holiday.unit, first=holiday.date, last=holiday.date
    )


async def _of_absence(tx: Transaction, absence: Absence) -> list[Agenda]:
    if not await doctors.exists(tx, absence.doctor_id):
        raise NotFound
    return await withdrawals.open_days(
        tx, doctor_id=absence.doctor_id, unit=None, first=absence.first, last=absence.last
    )


async def _close(
    tx: Transaction, actor: Actor, order: Order, days: Sequence[Agenda], now: datetime
) -> dict[str, Any]:
    for unit, service in sorted({(day.unit, day.service) for day in days}):
        await publishing.serialize(tx, unit, service)
    closed = await withdrawals.close(
        tx, [day.agenda_id for day in days], order, actor, key=None, now=now
    )
    agenda_ids = {one.agenda_id for one in closed}
    return await _touched(tx, [day for day in days if day.agenda_id in agenda_ids], order.mode, now)


async def _touched(
    tx: Transaction, days: Sequence[Agenda], mode: Mode, now: datetime
) -> dict[str, Any]:
    booked = await withdrawals.booked(tx, [day.agenda_id for day in days], now)
    rows = [
        {
            "agenda_id": day.agenda_id,
            "doctor_id": day.doctor_id,
            "service": day.service,
            "date": day.date,
            "booked": booked.get(day.agenda_id, 0),
        }
        for day in sorted(days, key=lambda day: (day.date, day.agenda_id))
    ]
    return {"mode": mode, "affected": sum(booked.values()), "days": rows}
