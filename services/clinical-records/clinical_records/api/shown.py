"""What use cases return becomes what clients read."""

from dataclasses import asdict
from typing import Any

from clinical_records.api.models import AccessItem, DoctorName, MedicationItem, Named
from clinical_records.api.staff_models import (
    DiagnosisItem,
    PersonShown,
    QueuedSickLeave,
    Record,
    RecordedPerson,
    RecordedSickLeave,
    ReferralDetail,
)
from clinical_records.domain.looks import BREAK_GLASS, LOOKS, ROLES
from clinical_records.domain.people import Person
from clinical_records.domain.sick_leaves import KINDS, ends_on
from clinical_records.places import unit_name
from clinical_records.usecases import opened
from clinical_records.usecases import read_record as reading
from shared.profile import Profile

Fields = dict[str, Any]


def unit(profile: Profile, code: str) -> Named:
    return Named(code=code, name=unit_name(profile, code))


def prescription(profile: Profile, one: opened.Prescription) -> Fields:
    return {
        "id": one.prescription_id,
        "member_id": one.member_id,
        "issued_at": one.issued_at,
        "doctor": DoctorName(id=one.doctor_id, name=one.content.doctor_name),
        "unit": unit(profile, one.unit),
        "state": one.state,
        "voided_at": one.voided_at,
        "medications": [MedicationItem(**asdict(each)) for each in one.content.medications],
    }


def sick_leave(profile: Profile, one: opened.SickLeave) -> Fields:
    """Without its diagnosis: the holder's list needs none."""
    return {
        "id": one.sick_leave_id,
        "folio": one.folio,
        "issued_on": one.issued_on,
        "starts_on": one.starts_on,
        "ends_on": ends_on(one.starts_on, one.days),
        "days": one.days,
        "kind": Named(code=one.kind, name=KINDS.get(one.kind, one.kind)),
        "doctor": DoctorName(id=one.doctor_id, name=one.content.doctor_name),
        "unit": unit(profile, one.unit),
        "state": one.state,
    }


def queued(profile: Profile, one: opened.SickLeave) -> QueuedSickLeave:
    content = one.content
    # The birth date plays no part in what is shown of the person here.
    number = Person(content.member_name, content.affiliation_number, one.issued_on).masked_number
    return QueuedSickLeave(
        **_diagnosed(profile, one),
        member=PersonShown(
            id=one.member_id, name=content.member_name, affiliation_number_masked=number
        ),
        issued_at=one.issued_at,
        authorised_at=one.authorised_at,
        sealed_at=one.sealed_at,
        revoked_at=one.revoked_at,
    )


def referral(profile: Profile, one: opened.Referral) -> Fields:
    service = profile.service(one.service)
    return {
        "id": one.referral_id,
        "service": Named(code=one.service, name=service.name if service else one.service),
        "state": one.state,
        "issued_on": one.issued_on,
        "valid_to": one.valid_to,
        "doctor": DoctorName(id=one.doctor_id, name=one.content.doctor_name),
        "unit": unit(profile, one.unit),
    }


def record(profile: Profile, one: reading.Record) -> Record:
    person = one.person
    return Record.model_validate(
        {
            "member": RecordedPerson(
                id=one.member_id,
                name=person.name,
                affiliation_number_masked=person.masked_number,
                birth_on=person.birth_on,
            ),
            "access": "break_glass" if one.broken_glass else "appointment",
            "prescriptions": [prescription(profile, each) for each in one.prescriptions],
            "sick_leaves": [
                RecordedSickLeave(**_diagnosed(profile, each)) for each in one.sick_leaves
            ],
            "referrals": [
                ReferralDetail(**referral(profile, each), reason=each.content.reason)
                for each in one.referrals
            ],
        }
    )


def access(profile: Profile, row: Any) -> AccessItem:
    """A row of the audit as the person reads it: no name of staff, no reason."""
    return AccessItem(
        at=row["at"],
        role=row["role"],
        role_name=ROLES.get(row["role"], row["role"]),
        unit=None if row["unit"] is None else unit(profile, row["unit"]),
        operation=row["operation"],
        what=LOOKS[row["operation"]],
        broken_glass=row["operation"] == BREAK_GLASS,
    )


def _diagnosed(profile: Profile, one: opened.SickLeave) -> Fields:
    content = one.content
    diagnosis = DiagnosisItem(code=content.diagnosis_code, label=content.diagnosis_label)
    return sick_leave(profile, one) | {"diagnosis": diagnosis, "remarks": content.remarks}
