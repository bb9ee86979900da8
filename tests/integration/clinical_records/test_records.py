"""Doctors read the records of their patients; anybody else's only by breaking the glass (R-45)."""

from datetime import date, timedelta
from urllib.parse import quote

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import REASON, refer
from builders.clinical_api import NOW, OTHER_UNIT

from clinical_records.parts import CIPHER
from clinical_records.usecases.audit_reasons import open_reason
from clinical_records.usecases.read_record import NEAR_DAYS
from shared.ids import uuid7


async def test_r_45_a_doctor_reads_a_patient_with_an_appointment_near(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.prescribed(doctor, family.holder)
    await clinic.leave(doctor, family.holder)
    await refer(doctor, family.holder)
    await clinic.visit(doctor, family.holder, NOW)

    answer = await doctor.get(f"/v1/staff/members/{family.holder}/record")

    assert (answer.status, answer.body["access"]) == (200, "appointment")
    record = answer.body
    assert record["member"]["name"] == "Persona 0 de Muestra"
    assert record["prescriptions"][0]["medications"][0]["dose"] == "500 mg"
    assert record["sick_leaves"][0]["diagnosis"]["code"] == "J00"
    assert record["referrals"][0]["reason"] == "Valoración de muestra."
    (row,) = await clinic.audited("read-record")
    assert (row["outcome"], row["subjects"], row["reason"]) == ("done", [family.holder], None)


@pytest.mark.parametrize(
    ("days", "status"),
    [(-NEAR_DAYS - 1, 404), (-NEAR_DAYS, 200), (NEAR_DAYS, 200), (NEAR_DAYS + 1, 404)],
)
async def test_r_45_near_is_seven_local_days_before_and_after(
    clinic: Clinic, days: int, status: int
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.visit(doctor, family.holder, NOW + timedelta(days=days))

    answer = await doctor.get(f"/v1/staff/members/{family.holder}/record")

    assert answer.status == status


async def test_r_45_a_cancelled_visit_a_colleagues_and_another_units_patient_are_none(
    clinic: Clinic,
) -> None:
    family, elsewhere = await clinic.family(), await clinic.family(unit=OTHER_UNIT)
    doctor, colleague = await clinic.doctor(), await clinic.doctor()
    await clinic.visit(doctor, family.holder, NOW, state="cancelled")
    await clinic.visit(colleague, family.holder, NOW)
    await clinic.visit(doctor, elsewhere.holder, NOW)

    answers = [
        await doctor.get(f"/v1/staff/members/{member}/record")
        for member in (family.holder, elsewhere.holder, uuid7())
    ]

    assert [one.status for one in answers] == [404, 404, 404]
    assert answers[0].told == answers[1].told == answers[2].told
    rows = await clinic.audited("read-record")
    assert [row["outcome"] for row in rows] == ["not-found"] * 3
    assert rows[0]["subjects"] == [family.holder]


async def test_r_45_a_reason_breaks_the_glass_and_the_family_sees_it(clinic: Clinic) -> None:
    family, doctor = await clinic.family(unit=OTHER_UNIT), await clinic.doctor()

    answer = await doctor.get(f"/v1/staff/members/{family.holder}/record?reason={quote(REASON)}")

    assert (answer.status, answer.body["access"]) == (200, "break_glass")
    (row,) = await clinic.audited("break-glass")
    assert REASON not in row["reason"]
    assert open_reason(clinic.app[CIPHER], "break-glass", row["reason"]) == REASON
    seen = await family.account.get(f"/v1/members/{family.holder}/accesses")
    (look,) = seen.body["items"]
    assert (look["role"], look["broken_glass"], look["unit"]["code"]) == (
        "doctor",
        True,
        doctor.unit,
    )
    assert "reason" not in look


@pytest.mark.parametrize(
    "reason", ["", "corto", "%20" * 20, "a" * 501, "x" + "%20" * 20, "%20" * 20 + "x"]
)
async def test_r_45_a_reason_that_is_none_breaks_nothing(clinic: Clinic, reason: str) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()

    answer = await doctor.get(f"/v1/staff/members/{family.holder}/record?reason={reason}")

    assert (answer.status, answer.slug) == (400, "malformed-request")
    assert len(await clinic.audited("read-record")) == 1


async def test_r_45_with_an_appointment_near_a_reason_is_not_needed_nor_kept(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.visit(doctor, family.holder, NOW)

    answer = await doctor.get(f"/v1/staff/members/{family.holder}/record?reason={quote(REASON)}")

    assert answer.body["access"] == "appointment"
    assert await clinic.audited("break-glass") == []


async def test_nobody_breaks_the_glass_of_somebody_who_is_not_on_the_roll(clinic: Clinic) -> None:
    doctor = await clinic.doctor()

    answer = await doctor.get(f"/v1/staff/members/{uuid7()}/record?reason={quote(REASON)}")

    assert answer.status == 404


async def test_a_withdrawal_from_the_family_hides_nothing_from_the_doctor(clinic: Clinic) -> None:
    family, doctor = await clinic.family(date(2000, 1, 1)), await clinic.doctor()
    adult = family.members[1]
    await clinic.withdrawn(adult)
    await clinic.visit(doctor, adult, NOW)

    assert (await doctor.get(f"/v1/staff/members/{adult}/record")).status == 200
