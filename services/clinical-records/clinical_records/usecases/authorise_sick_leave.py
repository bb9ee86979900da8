"""The authorising officer authorises what somebody else issued (R-43); a job then seals it."""

from datetime import datetime
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.errors import OwnIssue, WrongState
from clinical_records.repository import sick_leaves
from clinical_records.usecases.acting import Authoriser
from shared import audit, idempotency
from shared.clock import rfc3339
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "authorise-sick-leave"
_log = structlog.get_logger()


async def authorise_sick_leave(
    database: Database,
    key: IdempotencyKey,
    authoriser: Authoriser,
    sick_leave_id: UUID,
    *,
    now: datetime,
) -> bytes:
    """Its id and state as JSON. Raises NotFound for another unit's, OwnIssue, WrongState.

    Being authorised is no public fact: sealed is, and follows (R-43).
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            held = await sick_leaves.locked(tx, sick_leave_id, authoriser.unit)
            if held is None:
                raise NotFound
            if held["issued_by"] == authoriser.account_id:
                raise OwnIssue
            if held["state"] != "issued":
                raise WrongState
            await sick_leaves.authorise(tx, sick_leave_id, by=authoriser.account_id, now=now)
            subjects = [sick_leave_id, held["member_id"]]
            await audit.record(tx, authoriser.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps(
                {"id": sick_leave_id, "state": "authorised", "authorised_at": rfc3339(now)}
            )
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        _log.info("sick_leave_authorised", account_id=authoriser.account_id)
        return answer

    return await database.retrying(once)
