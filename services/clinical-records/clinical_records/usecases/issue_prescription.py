"""A doctor prescribes (R-41): written once, sealed at rest, told as an id and a state."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.prescriptions import (
    Medication,
    PrescriptionContent,
    prescription_aad,
)
from clinical_records.repository import catalogues, prescriptions
from clinical_records.repository.prescriptions import NewPrescription
from clinical_records.usecases.acting import Doctor
from clinical_records.usecases.admit import patient, signature
from shared import audit, idempotency, outbox
from shared.clock import rfc3339
from shared.contracts.clinical import PrescriptionIssued
from shared.database import Database, Transaction
from shared.errors import Invalid
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7
from shared.profile import Profile

OPERATION = "issue-prescription"
_log = structlog.get_logger()


async def issue_prescription(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    doctor: Doctor,
    wanted: Sequence[Medication],
    *,
    member_id: UUID,
    profile: Profile,
    now: datetime,
) -> bytes:
    """The prescription's id and state as JSON; the answer is kept, so it repeats no content.

    A medication with a code gets the catalogue's name. Raises NotFound, NotCovered, and Invalid
    for a code that the catalogue lacks.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            member = await patient(tx, profile, doctor, member_id, now)
            content = PrescriptionContent(
                await signature(tx, doctor), await _named(tx, wanted)
            ).to_bytes()
            prescription_id = uuid7()
            key_id, sealed = cipher.seal(content, prescription_aad(prescription_id))
            await prescriptions.add(
                tx,
                NewPrescription(
                    prescription_id=prescription_id,
                    member_id=member_id,
                    family_id=member.family_id,
                    unit=doctor.unit,
                    doctor_id=doctor.doctor_id,
                    issued_by=doctor.account_id,
                    issued_at=now,
                    content=sealed,
                    content_key_id=key_id,
                ),
            )
            issued = PrescriptionIssued(prescription_id=prescription_id, state="issued")
            await outbox.add(tx, issued, sequence=1, now=now)
            subjects = [prescription_id, member_id]
            await audit.record(tx, doctor.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps(
                {"id": prescription_id, "state": "issued", "issued_at": rfc3339(now)}
            )
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("prescription_issued", account_id=doctor.account_id)
        return answer

    return await database.retrying(once)


async def _named(tx: Transaction, wanted: Sequence[Medication]) -> tuple[Medication, ...]:
    codes = [one.code for one in wanted if one.code is not None]
    names = await catalogues.medicine_names(tx, codes)
    unknown = [
        {
            "pointer": f"/medications/{place}/code",
            "code": "unknown",
            "message": "No está en el catálogo de medicamentos.",
        }
        for place, one in enumerate(wanted)
        if one.code is not None and one.code not in names
    ]
    if unknown:
        raise Invalid(errors=unknown)
    return tuple(
        Medication(
            one.code,
            one.name if one.code is None else names[one.code],
            one.dose,
            one.route,
            one.frequency,
            one.duration,
            one.quantity,
            one.instructions,
        )
        for one in wanted
    )
