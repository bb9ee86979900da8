"""Publish a doctor's service over a range of dates (R-31): again is harmless, booked slots stay."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from scheduling.domain.agenda import PlannedDay
from scheduling.repository import publishing
from scheduling.repository.publishing import Settled, Standing
from scheduling.usecases.adjust_days import Adjusted, adjust, look
from scheduling.usecases.answers import rendered
from scheduling.usecases.plan_publication import Plan, Range, plan_publication
from shared import audit, idempotency, outbox
from shared.audit import Actor
from shared.contracts.event import Fact
from shared.contracts.scheduling import AgendaPublished, AgendaWithdrawn
from shared.database import Database
from shared.errors import StillRunning
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7

OPERATION = "publish-agendas"


async def publish_range(
    database: Database, key: IdempotencyKey, actor: Actor, wanted: Range, *, now: datetime
) -> bytes:
    """What became of each day, as JSON.

    Raises NotFound for an unknown doctor, StillRunning when a command publishes the same days.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            plan = await plan_publication(tx, wanted, now, alone=True)
            ids = {
                day: plan.standing[day].agenda_id if day in plan.standing else uuid7()
                for day in plan.wanted
            }
            fresh = [day for day in plan.wanted if day not in plan.standing]
            for day in fresh:
                added = await publishing.add_day(
                    tx,
                    ids[day],
                    doctor_id=wanted.doctor_id,
                    service=wanted.service,
                    unit=plan.unit,
                    day=day,
                    now=now,
                )
                if not added:
                    raise StillRunning
            done = await adjust(tx, wanted.doctor_id, _by_agenda(ids, plan), now)
            changed = {
                ids[day]: planned.web_quota
                for day, planned in plan.wanted.items()
                if not done[ids[day]].nothing or _another_quota(plan.standing.get(day), planned)
            }
            settled = {one.agenda_id: one for one in await publishing.settle(tx, changed)}
            rows = [
                outbox.row(_fact(one), sequence=one.version, now=now) for one in settled.values()
            ]
            await outbox.add_rows(tx, rows, lane=1)
            subjects = [wanted.doctor_id, *settled]
            await audit.record(tx, actor, OPERATION, subjects, now=now)
            answer = _answer(wanted, plan, ids, done, settled, preview=False)
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
            return answer

    return await database.retrying(once)


async def preview_publication(
    database: Database, actor: Actor, wanted: Range, *, now: datetime
) -> bytes:
    """What publishing now would do; nothing is changed but the audit."""
    async with database.transaction() as tx:
        plan = await plan_publication(tx, wanted, now, alone=False)
        ids = {day: plan.standing[day].agenda_id for day in plan.wanted if day in plan.standing}
        ids |= {day: uuid7() for day in plan.wanted if day not in ids}
        done = await look(tx, wanted.doctor_id, _by_agenda(ids, plan), now)
        settled = {
            ids[day]: Settled(ids[day], plan.unit, day, _state_after(plan, day, done[ids[day]]), 0)
            for day, planned in plan.wanted.items()
            if not done[ids[day]].nothing or _another_quota(plan.standing.get(day), planned)
        }
        await audit.record(tx, actor, f"{OPERATION}-preview", [wanted.doctor_id], now=now)
    return _answer(wanted, plan, ids, done, settled, preview=True)


def _state_after(plan: Plan, day: date, done: Adjusted) -> str:
    before = plan.standing[day].places if day in plan.standing else 0
    return "open" if before + done.added - done.removed else "withdrawn"


def _by_agenda(ids: Mapping[date, UUID], plan: Plan) -> dict[UUID, tuple[date, PlannedDay]]:
    return {ids[day]: (day, planned) for day, planned in plan.wanted.items()}


def _another_quota(standing: Standing | None, planned: PlannedDay) -> bool:
    return standing is None or standing.published_quota != planned.web_quota


def _fact(one: Settled) -> Fact:
    fact = AgendaWithdrawn if one.state == "withdrawn" else AgendaPublished
    return fact(agenda_id=one.agenda_id, unit=one.unit, date=one.date)


def _answer(
    wanted: Range,
    plan: Plan,
    ids: Mapping[date, UUID],
    done: Mapping[UUID, Adjusted],
    settled: Mapping[UUID, Settled],
    *,
    preview: bool,
) -> bytes:
    def told(day: date) -> dict[str, Any]:
        if day in plan.skipped:
            return {"date": day, "agenda_id": None, "result": "skipped"} | {
                "why": plan.skipped[day], "added": 0, "removed": 0, "outside": [],
            }  # fmt: skip
        one = done[ids[day]]
        result, why = "unchanged", None
        if ids[day] in settled:
            result = "changed" if day in plan.standing else "published"
            if settled[ids[day]].state == "withdrawn":
                # Nothing is left of the day, or another service of the doctor has all its times.
                result, why = "withdrawn", None if day in plan.standing else "overlap"
        return {
            "date": day,
            "agenda_id": ids[day] if day in plan.standing or not preview else None,
            "result": result,
            "why": why,
            "added": one.added,
            "removed": one.removed,
            "outside": [
                {**item, "starts_at": item["starts_at"].astimezone(plan.zone)}
                for item in one.outside
            ],
        }

    days = [told(day) for day in sorted({*plan.skipped, *plan.wanted})]
    return rendered(
        {
            "doctor_id": wanted.doctor_id,
            "service": wanted.service,
            "unit": plan.unit,
            "preview": preview,
            "days": days,
        }
    )
