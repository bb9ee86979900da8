"""A doctor issues a sick leave (R-43): it shows to nobody's family before it is sealed."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
import structlog

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.errors import HolderOnly
from clinical_records.domain.folios import BITS, folio
from clinical_records.domain.people import Person
from clinical_records.domain.sick_leaves import (
    Kind,
    SickLeaveContent,
    ends_on,
    may_begin,
    sick_leave_aad,
)
from clinical_records.places import day_at
from clinical_records.repository import catalogues, members, sick_leaves
from clinical_records.repository.sick_leaves import NewSickLeave
from clinical_records.usecases.acting import Doctor
from clinical_records.usecases.admit import patient, signature
from shared import audit, idempotency
from shared.database import Database, Transaction
from shared.errors import Invalid, NotFound
from shared.idempotency import IdempotencyKey, Stored
from shared.ids import uuid7
from shared.profile import Profile

OPERATION = "issue-sick-leave"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the doctor decided; `diagnosis` is a code of the loaded table."""

    member_id: UUID
    starts_on: date
    days: int
    kind: Kind
    diagnosis: str
    remarks: str | None


async def issue_sick_leave(
    database: Database,
    cipher: Cipher,
    key: IdempotencyKey,
    doctor: Doctor,
    wanted: Wanted,
    *,
    profile: Profile,
    now: datetime,
) -> bytes:
    """Its id, folio and state as JSON; the answer is kept, so it repeats no content.

    Raises NotFound, NotCovered, HolderOnly, and Invalid for an unknown code or a far-off start.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            if (stored := await idempotency.claim(tx, key)) is not None:
                return stored.body.encode()
            member = await patient(tx, profile, doctor, wanted.member_id, now)
            if not member.holder:
                raise HolderOnly
            issued_on = day_at(profile, doctor.unit, now)
            label = await _judged(tx, wanted, issued_on)
            person = await members.person(tx, wanted.member_id)
            if person is None:
                raise NotFound
            content = _content(wanted, label, person, await signature(tx, doctor))
            sick_leave_id, named = uuid7(), folio(secrets.randbits(BITS))
            key_id, sealed = cipher.seal(content.to_bytes(), sick_leave_aad(sick_leave_id))
            await sick_leaves.add(
                tx,
                NewSickLeave(
                    sick_leave_id=sick_leave_id,
                    folio=named,
                    member_id=wanted.member_id,
                    family_id=member.family_id,
                    unit=doctor.unit,
                    doctor_id=doctor.doctor_id,
                    issued_by=doctor.account_id,
                    issued_at=now,
                    issued_on=issued_on,
                    starts_on=wanted.starts_on,
                    days=wanted.days,
                    kind=wanted.kind,
                    content=sealed,
                    content_key_id=key_id,
                ),
            )
            subjects = [sick_leave_id, wanted.member_id]
            await audit.record(tx, doctor.actor, OPERATION, subjects, now=now)
            answer = orjson.dumps(
                {
                    "id": sick_leave_id,
                    "folio": named,
                    "state": "issued",
                    "ends_on": ends_on(wanted.starts_on, wanted.days),
                }
            )
            await idempotency.keep(tx, key, Stored(201, answer.decode()))
        _log.info("sick_leave_issued", account_id=doctor.account_id)
        return answer

    return await database.retrying(once)


async def _judged(tx: Transaction, wanted: Wanted, issued_on: date) -> str:
    """The diagnosis's label; Invalid names each wrong field."""
    faults = []
    label = await catalogues.diagnosis_label(tx, wanted.diagnosis)
    if label is None:
        faults.append(("/diagnosis", "unknown", "No está en el catálogo de diagnósticos."))
    if not may_begin(wanted.starts_on, issued_on):
        text = "La incapacidad empieza demasiado antes o después de su expedición."
        faults.append(("/starts_on", "out-of-range", text))
    if faults or label is None:
        names = ("pointer", "code", "message")
        raise Invalid(errors=[dict(zip(names, fault, strict=True)) for fault in faults])
    return label


def _content(wanted: Wanted, label: str, person: Person, doctor_name: str) -> SickLeaveContent:
    return SickLeaveContent(
        diagnosis_code=wanted.diagnosis,
        diagnosis_label=label,
        member_name=person.name,
        affiliation_number=person.affiliation_number,
        doctor_name=doctor_name,
        remarks=wanted.remarks,
    )
