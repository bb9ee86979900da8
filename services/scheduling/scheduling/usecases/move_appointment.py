"""Staff move one appointment (R-32): its folio stays, the person is told, nobody is sanctioned."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from scheduling.domain.agenda_refusals import NotMovable
from scheduling.domain.appointment import AlreadyCancelled
from scheduling.domain.refusals import refusal
from scheduling.domain.staff import Reach
from scheduling.repository import appointments, changes, single_move, staff
from scheduling.repository.changes import Overtaken
from scheduling.repository.single_move import Standing, Target
from scheduling.usecases.answers import rendered
from shared import audit, idempotency, outbox
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import Invalid, NotFound, Refused
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "move-appointment"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Move:
    appointment_id: UUID
    slot_id: UUID
    reason: str


async def move_appointment(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    reach: Reach,
    wanted: Move,
    *,
    now: datetime,
) -> bytes:
    """Where it was and where it is, as JSON.

    Raises NotFound for what isn't within reach, AlreadyCancelled, NotMovable, Invalid for a slot
    of another service or unit, and what a desk booking would be refused for, limits apart.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            found = await staff.appointment(tx, wanted.appointment_id, reach)
            if found is None:
                raise NotFound
            await appointments.lock_family(tx, found.family_id)
            standing, target = await _judged(tx, wanted, hold=True, now=now)
            moved = await changes.move(
                tx,
                {wanted.appointment_id: wanted.slot_id},
                by="staff",
                cause=None,
                reason=wanted.reason,
            )
            for fact, version in moved.facts:
                await outbox.add(tx, fact, sequence=version, now=now)
            subjects = [wanted.appointment_id, standing.member_id, found.family_id]
            await audit.record(tx, actor, OPERATION, subjects, reason=wanted.reason, now=now)
            answer = _described(wanted, standing, target, preview=False)
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
            await changes.count(tx, moved)
        _log.info("appointment_moved", appointment_id=wanted.appointment_id)
        return answer

    try:
        return await database.retrying(once)
    except Overtaken:
        raise refusal("slot-unavailable", {"why": "closed"}) from None


async def preview_move(
    database: Database, actor: Actor, reach: Reach, wanted: Move, *, now: datetime
) -> bytes:
    """What moving now would do, or its refusal; nothing is changed but the audit."""
    async with database.transaction() as tx:
        if await staff.appointment(tx, wanted.appointment_id, reach) is None:
            raise NotFound
        standing, target = await _judged(tx, wanted, hold=False, now=now)
        subjects = [wanted.appointment_id, standing.member_id]
        await audit.record(tx, actor, f"{OPERATION}-preview", subjects, now=now)
    return _described(wanted, standing, target, preview=True)


async def _judged(
    tx: Transaction, wanted: Move, *, hold: bool, now: datetime
) -> tuple[Standing, Target]:
    standing = await single_move.appointment(tx, wanted.appointment_id, hold=hold)
    if standing is None:
        raise NotFound
    if standing.state == "cancelled":
        raise AlreadyCancelled
    if standing.state != "booked" or standing.starts_at <= now:
        raise NotMovable
    target = await single_move.target(tx, wanted.slot_id, hold=hold)
    if target is None:
        raise NotFound
    if (target.service, target.unit) != (standing.service, standing.unit):
        message = "Elija una hora del mismo servicio y de la misma unidad."
        fault = {"pointer": "/slot_id", "code": "another-agenda", "message": message}
        raise Invalid(errors=[fault])
    against = await single_move.refusal(tx, wanted.appointment_id, wanted.slot_id, now)
    if not target.free and (against is None or against["slug"] == "member-busy"):
        raise Refused("slot-taken")
    if against is not None:
        raise refusal(against.pop("slug"), against)
    return standing, target


def _described(wanted: Move, standing: Standing, target: Target, *, preview: bool) -> bytes:
    zone = ZoneInfo(standing.zone)
    return rendered(
        {
            "id": wanted.appointment_id,
            "preview": preview,
            "from": standing.starts_at.astimezone(zone),
            "to": {
                "slot_id": wanted.slot_id,
                "doctor_id": target.doctor_id,
                "starts_at": target.starts_at.astimezone(zone),
                "ends_at": target.ends_at.astimezone(zone),
            },
        }
    )
