"""Staff cancel an appointment with a reason: never a sanction, and until it begins (R-28, R-33)."""

from datetime import datetime
from uuid import UUID

import structlog

from scheduling.domain.appointment import AlreadyCancelled, AttendanceRecorded, TooLateToCancel
from scheduling.domain.staff import Reach, channel_of
from scheduling.repository import appointments, staff
from shared import audit, idempotency, outbox
from shared.audit import Actor
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "cancel-for-member"
_log = structlog.get_logger()


async def cancel_for_member(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    reach: Reach,
    *,
    appointment_id: UUID,
    reason: str,
    now: datetime,
) -> bytes:
    """The cancelled appointment as staff see it, as JSON.

    R-27's anticipation is the web's: at the counter somebody vouches for the cancellation, and a
    place that is given back in the last minutes can still be given to who waits there. Raises
    NotFound, AlreadyCancelled, AttendanceRecorded, TooLateToCancel once it has begun.
    """
    channel = channel_of(actor.role)

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            found = await staff.appointment(tx, appointment_id, reach)
            if found is None:
                raise NotFound
            await appointments.lock_family(tx, found.family_id)
            state = await appointments.lock(
                tx, appointment_id=appointment_id, family_id=found.family_id
            )
            if state == "cancelled":
                raise AlreadyCancelled
            if state != "booked":
                raise AttendanceRecorded
            preview = await appointments.preview(tx, appointment_id, own_channel=False, now=now)
            if not preview["allowed"]:
                raise TooLateToCancel("La cita ya comenzó.", until=preview["until"])

            await staff.keep_reason(tx, appointment_id, reason)
            cancelled, version = await appointments.cancel(
                tx, appointment_id, channel=channel, by="staff", reason=None, now=now
            )
            await outbox.add(tx, cancelled, sequence=version, now=now)
            subjects = [appointment_id, found.member_id, found.family_id]
            await audit.record(tx, actor, OPERATION, subjects, reason=reason, now=now)
            answer = await staff.answer(tx, appointment_id, now=now)
            await idempotency.keep(tx, key, Stored(200, answer))
        _log.info(
            "appointment_cancelled_for_member", appointment_id=appointment_id, channel=channel
        )
        return answer.encode()

    return await database.retrying(once)
