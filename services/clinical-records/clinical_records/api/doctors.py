"""Doctors' operations: prescribe, refer, read a record, and what their forms offer (R-41, R-46)."""

from dataclasses import asdict
from uuid import UUID

from clinical_records.api import shown
from clinical_records.api.forms import (
    CatalogueQuery,
    PrescriptionForm,
    ReasonForm,
    RecordQuery,
    ReferralForm,
)
from clinical_records.api.keys import guarded_key
from clinical_records.api.staff_models import (
    DiagnosisItem,
    DiagnosisList,
    IssuedPrescription,
    IssuedReferral,
    MedicineItem,
    MedicineList,
    Record,
    VoidedPrescription,
)
from clinical_records.domain.prescriptions import Medication
from clinical_records.parts import CIPHER
from clinical_records.usecases import issue_prescription as prescribing
from clinical_records.usecases import issue_referral as referring
from clinical_records.usecases import read_record as reading
from clinical_records.usecases import search_catalogues as searching
from clinical_records.usecases import void_prescription as voiding
from clinical_records.usecases.acting import Doctor
from shared.audit import Actor
from shared.auth import Role
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

DOCTOR: frozenset[Role] = frozenset({"doctor"})
routes = Routes("médicos")
_PATIENT = ("not-found", "not-covered")


@routes.post(
    "/v1/staff/prescriptions",
    answer=IssuedPrescription,
    status=201,
    roles=DOCTOR,
    idempotent=True,
    problems=_PATIENT,
    audited=prescribing.OPERATION,
)
async def create_prescription(call: Call, *, body: PrescriptionForm) -> Answer:
    """Prescribes to a covered member of the doctor's unit (R-41)."""
    wanted = [
        Medication(**one.model_dump(exclude={"name"}), name=one.name or "")
        for one in body.medications
    ]
    return await prescribing.issue_prescription(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Doctor.of(call.caller),
        wanted,
        member_id=body.member_id,
        profile=call.app[PROFILE],
        now=call.now,
    )


@routes.post(
    "/v1/staff/prescriptions/{prescription_id}/voiding",
    answer=VoidedPrescription,
    roles=DOCTOR,
    idempotent=True,
    problems=("not-found", "already-voided"),
    audited=voiding.OPERATION,
)
async def create_voiding(call: Call, *, prescription_id: UUID, body: ReasonForm) -> Answer:
    """Voids an own prescription with a reason; it stays in the list as voided (R-41)."""
    return await voiding.void_prescription(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Doctor.of(call.caller),
        prescription_id,
        reason=body.reason,
        now=call.now,
    )


@routes.post(
    "/v1/staff/referrals",
    answer=IssuedReferral,
    status=201,
    roles=DOCTOR,
    idempotent=True,
    problems=(*_PATIENT, "may-not-refer"),
    audited=referring.OPERATION,
)
async def create_referral(call: Call, *, body: ReferralForm) -> Answer:
    """Opens a specialty to a covered member of the doctor's unit (R-46)."""
    return await referring.issue_referral(
        call.app[DATABASE],
        call.app[CIPHER],
        guarded_key(call),
        Doctor.of(call.caller),
        referring.Wanted(body.member_id, body.service, body.reason),
        profile=call.app[PROFILE],
        now=call.now,
    )


@routes.get(
    "/v1/staff/members/{member_id}/record",
    answer=Record,
    roles=DOCTOR,
    problems=("not-found",),
    audited=reading.OPERATION,
)
async def read_record(call: Call, *, member_id: UUID, query: RecordQuery) -> Answer:
    """A patient's record; without an appointment within seven days only with a reason (R-45)."""
    found = await reading.read_record(
        call.app[DATABASE],
        call.app[CIPHER],
        call.app[PROFILE],
        Doctor.of(call.caller),
        member_id,
        reason=query.reason,
        now=call.now,
    )
    return shown.record(call.app[PROFILE], found)


@routes.get(
    "/v1/staff/medications", answer=MedicineList, roles=DOCTOR, audited=searching.MEDICATIONS
)
async def list_medications(call: Call, *, query: CatalogueQuery) -> Answer:
    """Medicines of the catalogue that hold every word of the query."""
    found = await searching.search_medications(
        call.app[DATABASE], Actor.of(call.caller), query.query, limit=query.limit, now=call.now
    )
    return MedicineList(items=[MedicineItem(**asdict(one)) for one in found])


@routes.get("/v1/staff/diagnoses", answer=DiagnosisList, roles=DOCTOR, audited=searching.DIAGNOSES)
async def list_diagnoses(call: Call, *, query: CatalogueQuery) -> Answer:
    """Diagnoses of the loaded table whose code or label holds every word of the query."""
    found = await searching.search_diagnoses(
        call.app[DATABASE], Actor.of(call.caller), query.query, limit=query.limit, now=call.now
    )
    return DiagnosisList(items=[DiagnosisItem(**asdict(one)) for one in found])
