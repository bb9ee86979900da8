"""Staff book for a member, at the desk or by phone, from the whole agenda (R-33)."""

import json
from datetime import datetime
from uuid import UUID

import structlog

from scheduling.domain.staff import Reach, channel_of
from scheduling.repository import appointments, staff
from shared import audit, trace
from shared.audit import Actor
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey
from shared.ids import uuid7

OPERATION = "book-for-member"
_log = structlog.get_logger()


async def book_for_member(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    reach: Reach,
    *,
    member_id: UUID,
    slot_id: UUID,
    now: datetime,
) -> bytes:
    """The appointment as JSON, channel `desk` or `phone` by the actor's role.

    What holds in every channel: coverage on the day, home unit, referral, one person at a time,
    the horizon, and how many appointments a member may have (R-25 knows no channel: they keep the
    agenda for everybody, whoever types). What is the web's alone: its quota, sanctions (R-28), the
    lead time (who stands at the counter may take the next free time) and the holder's coverage
    today (R-20). Raises NotFound for who isn't within reach, else the first refusal that holds.
    """
    channel = channel_of(actor.role)

    async def once() -> bytes:
        appointment_id = uuid7()
        async with database.transaction() as tx:
            family_id = await staff.family_of(tx, member_id, reach)
            if family_id is None:
                raise NotFound
            answer = await appointments.book(
                tx,
                key,
                family_id=family_id,
                member_id=member_id,
                slot_id=slot_id,
                channel=channel,
                by="staff",
                traceparent=trace.traceparent(),
                now=now,
                appointment_id=appointment_id,
            )
            if json.loads(answer)["id"] != str(appointment_id):
                # The key was used before: nothing was done now, and the row stands since then.
                return answer
            subjects = [appointment_id, member_id, family_id]
            await audit.record(tx, actor, OPERATION, subjects, now=now)
        _log.info("appointment_booked_for_member", appointment_id=appointment_id, channel=channel)
        return answer

    return await database.retrying(once)
