"""What clinical records answers to doctors, authorisers and the desk."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from clinical_records.api.models import PrescriptionItem, ReferralItem, SickLeaveItem
from shared.contracts.event import Instant


class IssuedPrescription(BaseModel):
    id: UUID
    state: Literal["issued"]
    issued_at: Instant


class VoidedPrescription(BaseModel):
    id: UUID
    state: Literal["voided"]
    voided_at: Instant


class PersonShown(BaseModel):
    id: UUID
    name: str
    affiliation_number_masked: str


class DiagnosisItem(BaseModel):
    code: str
    label: str


class QueuedSickLeave(SickLeaveItem):
    """What the authoriser judges; `issued_at` and `authorised_at` are instants."""

    member: PersonShown
    diagnosis: DiagnosisItem
    remarks: str | None
    issued_at: Instant
    authorised_at: Instant | None
    sealed_at: Instant | None
    revoked_at: Instant | None


class SickLeaveQueue(BaseModel):
    items: list[QueuedSickLeave]
    next: str | None


class IssuedSickLeave(BaseModel):
    id: UUID
    folio: str
    state: Literal["issued"]
    ends_on: date


class AuthorisedSickLeave(BaseModel):
    id: UUID
    state: Literal["authorised"]
    authorised_at: Instant


class RevokedSickLeave(BaseModel):
    id: UUID
    state: Literal["revoked"]
    revoked_at: Instant


class ReferralDetail(ReferralItem):
    reason: str


class IssuedReferral(BaseModel):
    id: UUID
    state: Literal["issued"]
    valid_to: date


class RecordedPerson(PersonShown):
    birth_on: date


class RecordedSickLeave(SickLeaveItem):
    diagnosis: DiagnosisItem
    remarks: str | None


class Record(BaseModel):
    """The newest 50 of each; `access` says by which right it was opened."""

    member: RecordedPerson
    access: Literal["appointment", "break_glass"]
    prescriptions: list[PrescriptionItem]
    sick_leaves: list[RecordedSickLeave]
    referrals: list[ReferralDetail]


class WithdrawalAnswer(BaseModel):
    member_id: UUID
    withdrawn: bool
    changed_at: Instant


class MedicineItem(BaseModel):
    code: str
    name: str
    presentation: str


class MedicineList(BaseModel):
    items: list[MedicineItem]
    next: str | None = Field(default=None, description="Always null: narrow the query instead.")


class DiagnosisList(BaseModel):
    items: list[DiagnosisItem]
    next: str | None = Field(default=None, description="Always null: narrow the query instead.")
