"""Rows with their sealed content opened, as answers show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from clinical_records.domain.encryption import Cipher
from clinical_records.domain.prescriptions import PrescriptionContent, prescription_aad
from clinical_records.domain.referrals import ReferralContent, referral_aad
from clinical_records.domain.sick_leaves import SickLeaveContent, sick_leave_aad


@dataclass(frozen=True, slots=True)
class Prescription:
    prescription_id: UUID
    member_id: UUID
    unit: str
    doctor_id: UUID
    issued_at: datetime
    state: str
    voided_at: datetime | None
    content: PrescriptionContent


@dataclass(frozen=True, slots=True)
class SickLeave:
    sick_leave_id: UUID
    folio: str
    member_id: UUID
    unit: str
    doctor_id: UUID
    issued_by: UUID
    issued_at: datetime
    issued_on: date
    starts_on: date
    days: int
    kind: str
    state: str
    authorised_at: datetime | None
    sealed_at: datetime | None
    revoked_at: datetime | None
    content: SickLeaveContent


@dataclass(frozen=True, slots=True)
class Referral:
    referral_id: UUID
    member_id: UUID
    unit: str
    doctor_id: UUID
    issued_at: datetime
    issued_on: date
    valid_to: date
    service: str
    state: str
    content: ReferralContent


def prescription(cipher: Cipher, row: Any) -> Prescription:
    text = _text(cipher, row, prescription_aad(row["prescription_id"]))
    return Prescription(**_plain(row), content=PrescriptionContent.from_bytes(text))


def sick_leave(cipher: Cipher, row: Any) -> SickLeave:
    text = _text(cipher, row, sick_leave_aad(row["sick_leave_id"]))
    return SickLeave(**_plain(row), content=SickLeaveContent.from_bytes(text))


def referral(cipher: Cipher, row: Any) -> Referral:
    text = _text(cipher, row, referral_aad(row["referral_id"]))
    return Referral(**_plain(row), content=ReferralContent.from_bytes(text))


def _text(cipher: Cipher, row: Any, aad: str) -> bytes:
    return cipher.open(row["content_key_id"], row["content"], aad)


def _plain(row: Any) -> dict[str, Any]:
    return {key: row[key] for key in row.keys() if key not in {"content", "content_key_id"}}  # noqa: SIM118  # a record's iterator gives values
