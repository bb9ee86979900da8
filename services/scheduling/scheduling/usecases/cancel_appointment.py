"""Cancel an appointment (R-27 to R-29): the act, the week's count and the sanction are one."""

from datetime import datetime
from uuid import UUID

from scheduling.domain.appointment import AlreadyCancelled, TooLateToCancel
from scheduling.repository import appointments
from shared import idempotency, outbox
from shared.contracts.scheduling import SanctionImposed
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored


async def cancel_appointment(
    database: Database,
    key: IdempotencyKey,
    *,
    family_id: UUID,
    appointment_id: UUID,
    channel: str,
    now: datetime,
) -> bytes:
    """The cancelled appointment as JSON, with `sanction` when it caused one.

    Raises NotFound, AlreadyCancelled, TooLateToCancel.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            await appointments.lock_family(tx, family_id)
            state = await appointments.lock(tx, appointment_id=appointment_id, family_id=family_id)
            if state is None:
                raise NotFound
            if state == "cancelled":
                raise AlreadyCancelled
            preview = await appointments.preview(tx, appointment_id, own_channel=True, now=now)
            if not preview["allowed"]:
                raise TooLateToCancel(until=preview["until"])

            cancelled, version = await appointments.cancel(
                tx, appointment_id, channel=channel, by="affiliate", reason=None, now=now
            )
            await outbox.add(tx, cancelled, sequence=version, now=now)
            sanction = None
            if preview["would_sanction"]:
                until, rule = preview["sanction_until"], preview["rule"]
                sanction = {"until": until, "rule": rule}
                imposed = SanctionImposed(
                    sanction_id=await appointments.sanction(
                        tx,
                        family_id=family_id,
                        appointment_id=appointment_id,
                        rule=rule,
                        until=datetime.fromisoformat(until),
                        now=now,
                    ),
                    family_id=family_id,
                    until=until,
                    rule=rule,
                )
                await outbox.add(tx, imposed, sequence=1, now=now)

            more = {} if sanction is None else {"sanction": sanction}
            answer = await appointments.answer(tx, appointment_id, now=now, **more)
            await idempotency.keep(tx, key, Stored(200, answer))
            return answer.encode()

    return await database.retrying(once)
