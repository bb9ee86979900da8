"""Prescriptions are voided and never edited; who moved takes them along (R-41)."""

from datetime import date
from uuid import UUID

import asyncpg
import pytest
from builders.clinical import Clinic
from builders.clinical_acts import MEDICATION, REASON, prescribe


async def test_r_41_a_mistake_is_voided_with_a_reason_and_stays_in_the_list(
    clinic: Clinic,
) -> None:
    family, doctor, colleague = await clinic.family(), await clinic.doctor(), await clinic.doctor()
    prescription = await clinic.prescribed(doctor, family.holder)
    path = f"/v1/staff/prescriptions/{prescription}/voiding"

    refused = await colleague.post(path, {"reason": REASON})
    voided = await doctor.post(path, {"reason": REASON})
    again = await doctor.post(path, {"reason": REASON})

    assert [one.status for one in (refused, voided, again)] == [404, 200, 409]
    assert again.slug == "already-voided"
    read = await family.account.get(f"/v1/prescriptions/{prescription}")
    assert read.body["state"] == "voided"
    assert read.body["voided_at"] == "2031-03-01T18:00:00Z"
    keys = [(one["sequence"], one["data"]["state"]) for one in [
        *await clinic.events("clinical.prescription.issued"),
        *await clinic.events("clinical.prescription.voided"),
    ]]  # fmt: skip
    assert keys == [("0000000001", "issued"), ("0000000002", "voided")]


async def test_r_41_the_database_itself_edits_deletes_and_revives_nothing(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    prescription = UUID(await clinic.prescribed(doctor, family.holder))

    for change in (
        "content = 'x'",
        "issued_at = now()",
        "member_id = doctor_id",
        "state = 'issued'",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await clinic.execute(
                f"UPDATE prescriptions SET {change} WHERE prescription_id = $1", prescription
            )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await clinic.execute("DELETE FROM prescriptions")


async def test_r_35_a_repeated_request_prescribes_once_and_another_body_is_refused(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()

    first = await prescribe(doctor, family.holder, key="k")
    again = await prescribe(doctor, family.holder, key="k")
    other = await prescribe(
        doctor, family.holder, key="k", medications=[MEDICATION | {"quantity": 2}]
    )

    assert first.body == again.body
    assert (other.status, other.slug) == (422, "idempotency-key-reused")
    assert await clinic.value("SELECT count(*) FROM prescriptions") == 1
    assert len(await clinic.audited("issue-prescription")) == 2


async def test_a_lapsed_relative_is_not_covered_and_a_lapsed_holder_still_reads(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(date(2020, 5, 5)), await clinic.doctor()
    for member in family.members:
        await clinic.prescribed(doctor, member)
    await clinic.execute("UPDATE members SET valid_to = '2031-02-28'")

    own = await family.account.get(f"/v1/members/{family.holder}/prescriptions")
    child = await family.account.get(f"/v1/members/{family.members[1]}/prescriptions")

    assert (own.status, len(own.body["items"])) == (200, 1)
    assert (child.status, child.slug) == (409, "not-covered")


async def test_a_member_who_moved_to_another_family_takes_the_prescriptions_along(
    clinic: Clinic,
) -> None:
    before, after = await clinic.family(date(2010, 1, 1)), await clinic.family()
    doctor, member = await clinic.doctor(), before.members[1]
    prescription = await clinic.prescribed(doctor, member)
    await clinic.execute(
        "UPDATE members SET family_id = $2 WHERE member_id = $1", member, after.family_id
    )

    assert (await before.account.get(f"/v1/prescriptions/{prescription}")).status == 404
    assert (await after.account.get(f"/v1/prescriptions/{prescription}")).status == 200
    assert (await after.account.get(f"/v1/members/{member}/prescriptions")).status == 200
