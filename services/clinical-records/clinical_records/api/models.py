"""What clinical records answers to the family."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from clinical_records.domain.prescriptions import NOTICE
from shared.contracts.event import Instant


class Named(BaseModel):
    """A unit or a medical service."""

    code: str
    name: str


class DoctorName(BaseModel):
    id: UUID
    name: str


class MedicationItem(BaseModel):
    """`code` is the catalogue's, null for what the doctor wrote; `quantity` counts packages."""

    code: str | None
    name: str
    dose: str
    route: str
    frequency: str
    duration: str
    quantity: int
    instructions: str | None


class PrescriptionItem(BaseModel):
    id: UUID
    member_id: UUID
    issued_at: Instant
    doctor: DoctorName
    unit: Named
    state: Literal["issued", "voided"]
    voided_at: Instant | None
    medications: list[MedicationItem]


class PrescriptionList(BaseModel):
    """`notice` must be shown with it, word for word (R-40)."""

    notice: str = NOTICE
    items: list[PrescriptionItem]
    next: str | None


class PrescriptionAnswer(PrescriptionItem):
    """`notice` must be shown with it, word for word (R-40)."""

    notice: str = NOTICE


class SickLeaveItem(BaseModel):
    """`folio` finds it on the public page of its seal; `ends_on` is its last day."""

    id: UUID
    folio: str
    issued_on: date
    starts_on: date
    ends_on: date
    days: int
    kind: Named
    doctor: DoctorName
    unit: Named
    state: Literal["issued", "authorised", "sealed", "revoked"]


class SickLeaveList(BaseModel):
    items: list[SickLeaveItem]
    next: str | None


class ReferralItem(BaseModel):
    id: UUID
    service: Named
    state: Literal["issued", "used", "expired"]
    issued_on: date
    valid_to: date
    doctor: DoctorName
    unit: Named


class ReferralList(BaseModel):
    items: list[ReferralItem]
    next: str | None


class AccessItem(BaseModel):
    """One look; `operation` is its name in the audit, the texts are for the person."""

    at: Instant
    role: str
    role_name: str
    unit: Named | None
    operation: str
    what: str
    broken_glass: bool


class AccessList(BaseModel):
    items: list[AccessItem]
    next: str | None
