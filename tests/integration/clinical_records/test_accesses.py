"""Who looked, told to whom it is about; records taken out of the family's view (R-45)."""

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import REASON, withdraw
from builders.clinical_api import OTHER_UNIT, UNIT, Answer

ADULT, MINOR = date(2013, 3, 1), date(2013, 3, 2)


def looks(answer: Answer) -> list[tuple[str, str]]:
    assert answer.status == 200, answer.body
    return [(one["role"], one["operation"]) for one in answer.body["items"]]


async def test_r_45_every_look_is_shown_the_newest_first_and_refusals_are_not(
    clinic: Clinic,
) -> None:
    family, other, doctor = await clinic.family(), await clinic.family(), await clinic.doctor()
    await clinic.prescribed(doctor, family.holder)
    path = f"/v1/members/{family.holder}"
    await family.account.get(f"{path}/prescriptions")
    await other.account.get(f"{path}/prescriptions")
    await doctor.get(f"/v1/staff{path.removeprefix('/v1')}/record")
    await doctor.get(f"/v1/staff{path.removeprefix('/v1')}/record?reason={quote(REASON)}")

    answer = await family.account.get(f"{path}/accesses")

    assert looks(answer) == [
        ("doctor", "break-glass"), ("affiliate", "list-prescriptions"),
        ("doctor", "issue-prescription"),
    ]  # fmt: skip
    (first, *_) = answer.body["items"]
    assert first["role_name"] == "Médico"
    assert first["unit"] == {"code": UNIT, "name": clinic.api.profile.units[0].name}
    assert set(first) == {
        "at", "role", "role_name", "unit", "operation", "what", "broken_glass",
    }  # fmt: skip
    # Four looks that were allowed, two refused, and the reading of them.
    assert len(await clinic.audited()) == 6


async def test_r_45_pages_of_looks_follow_one_another(clinic: Clinic) -> None:
    family = await clinic.family()
    for _ in range(5):
        await family.account.get(f"/v1/members/{family.holder}/prescriptions")
        clinic.api.clock.forward(seconds=1)

    path, seen, cursor = f"/v1/members/{family.holder}/accesses?limit=2", list[str](), ""
    while cursor is not None:
        answer = await family.account.get(path + (cursor and f"&cursor={cursor}"))
        seen += [one["at"] for one in answer.body["items"]]
        cursor = answer.body["next"]

    assert len(set(seen)) == len(seen) == 5
    assert seen == sorted(seen, reverse=True)


async def test_r_45_a_withdrawal_bites_at_the_next_request_and_so_does_its_end(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(ADULT), await clinic.doctor()
    adult = family.members[1]
    prescription = await clinic.prescribed(doctor, adult)
    paths = [
        f"/v1/members/{adult}/prescriptions", f"/v1/prescriptions/{prescription}",
        f"/v1/members/{adult}/referrals", f"/v1/members/{adult}/accesses",
    ]  # fmt: skip
    assert {(await family.account.get(path)).status for path in paths} == {200}

    await clinic.withdrawn(adult)
    hidden = [await family.account.get(path) for path in paths]
    own = await family.account.get(f"/v1/members/{family.holder}/prescriptions")
    await clinic.withdrawn(adult, withdrawn=False)

    assert {(one.status, one.slug) for one in hidden} == {(403, "records-withdrawn")}
    assert own.status == 200
    assert {(await family.account.get(path)).status for path in paths} == {200}
    rows = await clinic.audited("withdraw-records")
    assert [row["subjects"] for row in rows] == [[adult], [adult]]
    assert "INE" not in str(rows)


async def test_r_45_the_adult_gets_the_looks_printed_at_the_desk(clinic: Clinic) -> None:
    family, doctor = await clinic.family(ADULT), await clinic.doctor()
    adult = family.members[1]
    await clinic.prescribed(doctor, adult)
    await clinic.withdrawn(adult)
    path = f"/v1/staff/members/{adult}/accesses"

    printed = await clinic.api.person("archive", unit=UNIT).get(path)
    elsewhere = await clinic.api.person("front_desk", unit=OTHER_UNIT).get(path)

    assert looks(printed) == [("front_desk", "withdraw-records"), ("doctor", "issue-prescription")]
    assert elsewhere.status == 404
    assert len(await clinic.audited("print-accesses")) == 2


@pytest.mark.parametrize(
    ("born", "status", "slug"), [(ADULT, 200, ""), (MINOR, 409, "withdrawal-not-allowed")]
)
async def test_r_45_only_who_is_of_age_withdraws(
    clinic: Clinic, born: date, status: int, slug: str
) -> None:
    family = await clinic.family(born)

    answer = await withdraw(clinic.api.person("front_desk", unit=UNIT), family.members[1])

    assert answer.status == status
    assert not slug or answer.slug == slug


async def test_r_45_the_holder_withdraws_nothing_from_the_own_account(clinic: Clinic) -> None:
    family = await clinic.family()

    answer = await withdraw(clinic.api.person("front_desk", unit=UNIT), family.holder)

    assert (answer.status, answer.slug) == (409, "withdrawal-not-allowed")


@pytest.mark.parametrize(
    "changed",
    [
        {"identity_check": ""}, {"identity_check": "INE 123456789"}, {"identity_check": "I\nNE"},
        {"identity_check": "I   "},
        {"withdrawn": "true"}, {"withdrawn": None}, {"reason": "otra"},
    ],
)  # fmt: skip
async def test_r_45_without_a_recorded_identity_check_nothing_changes(
    clinic: Clinic, changed: dict[str, Any]
) -> None:
    family = await clinic.family(ADULT)

    answer = await withdraw(
        clinic.api.person("front_desk", unit=UNIT), family.members[1], **changed
    )

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert await clinic.value("SELECT count(*) FROM record_withdrawals") == 0
