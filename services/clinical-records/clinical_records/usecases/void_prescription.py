"""A doctor voids an own prescription with a reason; it is never edited (R-41)."""

from datetime import datetime
from uuid import UUID

import orjson

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import AlreadyVoided
from clinical_records.domain.prescriptions import voiding_aad
from clinical_records.repository import prescriptions
from clinical_records.usecases.acting import Doctor
from shared import audit, idempotency, outbox
from shared.clock import rfc3339
from shared.contracts.clinical import PrescriptionVoided
from shared.database import Database
from shared.errors import NotFound
from shared.idempotency import IdempotencyKey, Stored

OPERATION = "void-prescription"


async def void_prescription(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    doctor: Doctor,
    prescription_id: UUID,
    *,
    reason: str,
    now: datetime,
) -> bytes:
    """Its id and state as JSON. Raises NotFound for another doctor's, AlreadyVoided."""

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            held = await prescriptions.locked(tx, prescription_id, doctor.doctor_id)
            if held is None:
                raise NotFound
            if held["state"] != "issued":
                raise AlreadyVoided
            version = await prescriptions.void(
                tx,
                prescription_id,
                by=doctor.account_id,
                reason=cipher.seal(reason.encode(), voiding_aad(prescription_id)),
                now=now,
            )
            voided = PrescriptionVoided(prescription_id=prescription_id, state="voided")
            await outbox.add(tx, voided, sequence=version, now=now)
            subjects = [prescription_id, held["member_id"]]
            await audit.record(tx, doctor.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps(
                {"id": prescription_id, "state": "voided", "voided_at": rfc3339(now)}
            )
            await idempotency.keep(tx, key, Stored(200, answer.decode()))
        return answer

    return await database.retrying(once)
