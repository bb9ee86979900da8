"""Staff lift a sanction with a reason (R-29); it bites at once."""

from datetime import datetime
from uuid import UUID

import orjson
import structlog

from scheduling.domain.appointment import SanctionOver
from scheduling.domain.staff import Reach
from scheduling.repository import appointments, staff
from shared import audit, idempotency, outbox
from shared.audit import Actor
from shared.clock import rfc3339
from shared.database import Database
from shared.errors import Forbidden, NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "lift-sanction"
_log = structlog.get_logger()


async def lift_sanction(
    database: Database,
    key: IdempotencyKey,
    actor: Actor,
    reach: Reach,
    *,
    sanction_id: UUID,
    reason: str,
    now: datetime,
) -> bytes:
    """`{id, family_id, lifted_at, sanctioned_until}` as JSON.

    Each trigger is a sanction of its own (decision 18): `sanctioned_until` is the end of what holds
    all the same, null when the family may book again. The family is locked, as by whoever cancels:
    a third cancellation at the same time comes wholly before or after. Raises NotFound,
    SanctionOver.
    """
    if actor.account_id is None:
        raise Forbidden
    lifted_by = actor.account_id

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            family_id = await staff.family_of_sanction(tx, sanction_id)
            if family_id is None or not await staff.family_in_reach(tx, family_id, reach):
                raise NotFound
            await appointments.lock_family(tx, family_id)
            lifted = await staff.lift(tx, sanction_id, by=lifted_by, reason=reason, now=now)
            if lifted is None:
                raise SanctionOver
            fact, version = lifted
            await outbox.add(tx, fact, sequence=version, now=now)
            await audit.record(
                tx, actor, OPERATION, [sanction_id, family_id], reason=reason, now=now
            )
            until = await staff.sanctioned_until(tx, family_id, now)
            answer = orjson.dumps(
                {
                    "id": str(sanction_id),
                    "family_id": str(family_id),
                    "lifted_at": rfc3339(now),
                    "sanctioned_until": None if until is None else rfc3339(until),
                }
            )
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        _log.info("sanction_lifted", sanction_id=sanction_id, family_id=family_id)
        return answer

    return await database.retrying(once)
