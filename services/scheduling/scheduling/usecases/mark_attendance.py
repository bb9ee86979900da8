"""Staff say who came and who didn't, and take a wrong mark back with a reason (R-33)."""

import json
from datetime import datetime
from typing import Literal
from uuid import UUID

import structlog

from scheduling.domain.refusals import refusal
from scheduling.domain.staff import Reach
from scheduling.repository import appointments, staff
from shared import audit, outbox
from shared.audit import Actor
from shared.database import Database
from shared.errors import Invalid, NotFound

RECORD = "record-attendance"
UNDO = "undo-attendance"
Mark = Literal["attended", "no_show", "booked"]
_log = structlog.get_logger()


async def mark_attendance(
    database: Database,
    actor: Actor,
    reach: Reach,
    *,
    appointment_id: UUID,
    mark: Mark,
    reason: str | None,
    now: datetime,
) -> bytes:
    """The appointment as staff see it, as JSON; `booked` takes a mark back.

    The mark that stands already changes nothing and tells nobody, so that repeating is harmless.
    Taking back publishes the appointment's whole state again as `booked`, with its next version.
    Raises NotFound, Invalid where a mark is corrected without a reason, and what rule_attendance
    has against it.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            found = await staff.appointment(tx, appointment_id, reach)
            if found is None:
                raise NotFound
            await appointments.lock_family(tx, found.family_id)
            state = await appointments.lock(
                tx, appointment_id=appointment_id, family_id=found.family_id
            )
            objection = await staff.attendance_refusal(tx, appointment_id, state=mark, now=now)
            if objection is not None:
                members = json.loads(objection)
                raise refusal(members.pop("slug"), members)
            if state != mark:
                if state != "booked" and reason is None:
                    raise Invalid(errors=[_REASON_MISSING])
                fact, version = await staff.mark(tx, appointment_id, state=mark, reason=reason)
                await outbox.add(tx, fact, sequence=version, now=now)
            operation = UNDO if mark == "booked" else RECORD
            subjects = [appointment_id, found.member_id, found.family_id]
            await audit.record(tx, actor, operation, subjects, reason=reason, now=now)
            answer = await staff.answer(tx, appointment_id, now=now)
        _log.info("attendance_marked", appointment_id=appointment_id, state=mark)
        return answer.encode()

    return await database.retrying(once)


_REASON_MISSING = {
    "pointer": "/reason",
    "code": "required-to-correct",
    "message": "Escriba por qué se corrige lo que ya estaba registrado.",
}
