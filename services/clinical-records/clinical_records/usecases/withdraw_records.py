"""A person of age withdraws own records from the family's view, or has them restored (R-45)."""

from datetime import datetime
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import WithdrawalNotAllowed
from clinical_records.domain.people import of_age
from clinical_records.places import day_at
from clinical_records.repository import members
from clinical_records.usecases.acting import Clerk
from clinical_records.usecases.audit_reasons import record_with_reason
from shared import idempotency
from shared.clock import rfc3339
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored
from shared.profile import Profile

OPERATION = "withdraw-records"
_HOLDER = "La cuenta es de esta persona: sólo ella la usa."
_UNDER_AGE = "Sólo una persona mayor de edad puede retirar sus registros."
_log = structlog.get_logger()


async def withdraw_records(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    clerk: Clerk,
    member_id: UUID,
    *,
    profile: Profile,
    withdrawn: bool,
    identity_check: str,
    now: datetime,
) -> bytes:
    """What holds from the family's next request on, as JSON.

    Raises NotFound for who isn't of the clerk's unit, and WithdrawalNotAllowed.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            member = await members.of_unit(tx, member_id, clerk.unit)
            person = await members.person(tx, member_id)
            if member is None or person is None:
                raise NotFound
            if member.holder and withdrawn:
                raise WithdrawalNotAllowed(_HOLDER)
            if not of_age(person.birth_on, day_at(profile, clerk.unit, now)):
                raise WithdrawalNotAllowed(_UNDER_AGE)
            await members.withdraw(tx, member_id, withdrawn, now)
            await record_with_reason(
                tx,
                cipher,
                clerk.actor,
                OPERATION,
                [member_id],
                reason=f"{'retiro' if withdrawn else 'restitución'}: {identity_check}",
                now=now,
            )
            answer = orjson.dumps(
                {"member_id": member_id, "withdrawn": withdrawn, "changed_at": rfc3339(now)}
            )
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        _log.info("record_withdrawal_changed", account_id=clerk.actor.account_id)
        return answer

    return await database.retrying(once)
