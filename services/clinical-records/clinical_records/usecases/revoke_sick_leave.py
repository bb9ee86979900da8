"""The authorising officer revokes a sick leave with a reason (R-43), sealed already or not yet."""

from datetime import datetime
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import WrongState
from clinical_records.domain.sick_leaves import revocation_aad
from clinical_records.repository import sick_leaves
from clinical_records.usecases.acting import Authoriser
from shared import audit, idempotency, outbox
from shared.clock import rfc3339
from shared.contracts.clinical import SickLeaveRevoked
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "revoke-sick-leave"
_log = structlog.get_logger()


async def revoke_sick_leave(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    authoriser: Authoriser,
    sick_leave_id: UUID,
    *,
    reason: str,
    now: datetime,
) -> bytes:
    """Its id and state as JSON. Raises NotFound for another unit's, WrongState when revoked."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            held = await sick_leaves.locked(tx, sick_leave_id, authoriser.unit)
            if held is None:
                raise NotFound
            if held["state"] == "revoked":
                raise WrongState
            version = await sick_leaves.revoke(
                tx,
                sick_leave_id,
                by=authoriser.account_id,
                reason=cipher.seal(reason.encode(), revocation_aad(sick_leave_id)),
                now=now,
            )
            revoked = SickLeaveRevoked(
                sick_leave_id=sick_leave_id, family_id=held["family_id"], state="revoked"
            )
            await outbox.add(tx, revoked, sequence=version, now=now)
            subjects = [sick_leave_id, held["member_id"]]
            await audit.record(tx, authoriser.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps(
                {"id": sick_leave_id, "state": "revoked", "revoked_at": rfc3339(now)}
            )
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        _log.info("sick_leave_revoked", account_id=authoriser.account_id)
        return answer

    return await database.retrying(once)
