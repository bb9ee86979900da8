"""What people do at clinical records, as requests and events; bodies are valid by default."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from builders.clinical_api import UNIT, Answer, Person
from shared.contracts.event import Fact
from shared.contracts.scheduling import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentDescribed,
)
from shared.ids import uuid7

GENERAL, CARDIOLOGY = "medicina_general", "cardiologia"
REASON = "Urgencia sin cita previa en esta unidad."
MEDICATION: dict[str, Any] = {
    "name": "Paracetamol de muestra",
    "dose": "500 mg",
    "route": "oral",
    "frequency": "cada 8 horas",
    "duration": "5 días",
    "quantity": 1,
    "instructions": "Después de los alimentos.",
}
DIAGNOSES = {"J00": "Resfriado común", "M54.5": "Dolor lumbar"}


async def prescribe(
    doctor: Person, member_id: UUID, key: str | None = None, **changed: Any
) -> Answer:
    body = {"member_id": str(member_id), "medications": [MEDICATION]} | changed
    return await doctor.post("/v1/staff/prescriptions", body, key)


async def issue_leave(
    doctor: Person, member_id: UUID, key: str | None = None, **changed: Any
) -> Answer:
    body = {
        "member_id": str(member_id), "starts_on": "2031-03-01", "days": 3, "kind": "illness",
        "diagnosis": "J00", "remarks": "Reposo de muestra",
    } | changed  # fmt: skip
    return await doctor.post("/v1/staff/sick-leaves", body, key)


async def authorise(officer: Person, leave: str, key: str | None = None) -> Answer:
    return await officer.post(f"/v1/staff/sick-leaves/{leave}/authorisation", {}, key)


async def refer(doctor: Person, member_id: UUID, **changed: Any) -> Answer:
    body = {
        "member_id": str(member_id), "service": CARDIOLOGY, "reason": "Valoración de muestra.",
    } | changed  # fmt: skip
    return await doctor.post("/v1/staff/referrals", body)


async def withdraw(
    clerk: Person,
    member_id: UUID,
    withdrawn: bool = True,  # noqa: FBT001, FBT002  # the state itself
    key: str | None = None,
    **changed: Any,
) -> Answer:
    body = {"withdrawn": withdrawn, "identity_check": "INE, termina en 1234"} | changed
    return await clerk.post(f"/v1/staff/members/{member_id}/record-withdrawal", body, key)


def visit_facts(
    appointment_id: UUID, member_id: UUID, starts_at: datetime, service: str = CARDIOLOGY
) -> dict[str, Fact]:
    """The histories of one appointment: `booked`, `attended`, `cancelled`, `described`."""
    core = {
        "appointment_id": appointment_id, "member_id": member_id, "family_id": uuid7(),
        "unit": UNIT, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20),
        "channel": "web", "by": "affiliate", "reason": None,
    }  # fmt: skip
    return {
        "booked": AppointmentBooked.model_validate(core | {"state": "booked"}),
        "attended": AppointmentAttended.model_validate(core | {"state": "attended"}),
        "cancelled": AppointmentCancelled.model_validate(core | {"state": "cancelled"}),
        "described": AppointmentDescribed(
            appointment_id=appointment_id, doctor_id=uuid7(), service=service
        ),
    }
