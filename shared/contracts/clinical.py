"""What clinical-records tells: ids and states only, never clinical content."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Fact


class _Prescription(Fact):
    subject_field: ClassVar[str] = "prescription_id"

    prescription_id: UUID
    state: Literal["issued", "voided"]


class PrescriptionIssued(_Prescription):
    """A doctor issued a prescription (R-41)."""

    routing_key = "clinical.prescription.issued"


class PrescriptionVoided(_Prescription):
    """A doctor voided it with a reason (R-41)."""

    routing_key = "clinical.prescription.voided"


class _SickLeave(Fact):
    subject_field: ClassVar[str] = "sick_leave_id"

    sick_leave_id: UUID
    family_id: UUID
    state: Literal["sealed", "revoked"]


class SickLeaveSealed(_SickLeave):
    """Authorised and sealed: it can be printed (R-43)."""

    routing_key = "clinical.sick_leave.sealed"


class SickLeaveRevoked(_SickLeave):
    """Its seal no longer counts (R-43)."""

    routing_key = "clinical.sick_leave.revoked"


class _Referral(Fact):
    subject_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    state: Literal["issued", "used", "expired"]


class ReferralIssued(_Referral):
    """A specialty is open to a member (R-46)."""

    routing_key = "clinical.referral.issued"


class ReferralUsed(_Referral):
    """The referral served for an appointment."""

    routing_key = "clinical.referral.used"


class ReferralExpired(_Referral):
    """The referral can no longer be used."""

    routing_key = "clinical.referral.expired"


class ReferralDescribed(Fact):
    """Whose referral and to what: health data, for SISA's own services only."""

    routing_key = "clinical.referral.described"
    subject_field = "referral_id"
    private = True

    referral_id: UUID
    member_id: UUID
    service: str
    valid_to: date


FACTS: tuple[type[Fact], ...] = (
    PrescriptionIssued,
    PrescriptionVoided,
    SickLeaveSealed,
    SickLeaveRevoked,
    ReferralIssued,
    ReferralUsed,
    ReferralExpired,
    ReferralDescribed,
)
