"""Prescriptions: issued, read with their notice, voided, never edited (R-40, R-41)."""

from datetime import date

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import MEDICATION, prescribe
from builders.clinical_api import OTHER_UNIT, UNIT

from shared.ids import uuid7

NOTICE = "Este listado es únicamente para consulta y no remplaza ningún documento oficial"


async def test_r_40_the_family_reads_the_newest_first_with_medications_and_the_notice(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(date(2020, 5, 5)), await clinic.doctor()
    child = family.members[1]
    first = await clinic.prescribed(doctor, child)
    clinic.api.clock.forward(minutes=1)
    second = await clinic.prescribed(doctor, child)
    await clinic.prescribed(doctor, family.holder)

    answer = await family.account.get(f"/v1/members/{child}/prescriptions")

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body["notice"] == NOTICE
    assert [one["id"] for one in answer.body["items"]] == [second, first]
    assert answer.body["next"] is None
    (item, _) = answer.body["items"]
    assert item["medications"] == [MEDICATION | {"code": None}]
    assert item["doctor"] == {"id": str(doctor.doctor_id), "name": "Dra. Modelo Ejemplo"}
    assert item["unit"]["code"] == UNIT
    assert (item["state"], item["voided_at"]) == ("issued", None)


async def test_r_40_one_prescription_is_read_with_medications_and_the_notice(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    prescription = await clinic.prescribed(doctor, family.holder)

    answer = await family.account.get(f"/v1/prescriptions/{prescription}")

    assert (answer.status, answer.body["notice"]) == (200, NOTICE)
    assert answer.body["medications"][0]["dose"] == "500 mg"


async def test_pages_follow_one_another_without_loss(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    made = []
    for _ in range(7):
        made.append(await clinic.prescribed(doctor, family.holder))
        clinic.api.clock.forward(seconds=1)

    path, seen, cursor = f"/v1/members/{family.holder}/prescriptions?limit=3", list[str](), ""
    while cursor is not None:
        answer = await family.account.get(path + (cursor and f"&cursor={cursor}"))
        seen += [one["id"] for one in answer.body["items"]]
        cursor = answer.body["next"]

    assert seen == made[::-1]


async def test_a_code_of_the_catalogue_gives_the_name_and_an_unknown_one_is_named(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.execute("INSERT INTO medications VALUES ('010.1', 'ASPIRINA 500', '', 'aspirina')")
    coded = {key: MEDICATION[key] for key in MEDICATION if key != "name"}

    made = await prescribe(doctor, family.holder, medications=[coded | {"code": "010.1"}])
    wrong = await prescribe(
        doctor, family.holder, medications=[coded | {"code": "010.1"}, coded | {"code": "X"}]
    )

    read = await family.account.get(f"/v1/prescriptions/{made.body['id']}")
    assert read.body["medications"][0]["name"] == "ASPIRINA 500"
    assert (wrong.status, wrong.slug) == (422, "invalid-request")
    assert [one["pointer"] for one in wrong.body["errors"]] == ["/medications/1/code"]
    assert await clinic.value("SELECT count(*) FROM prescriptions") == 1


@pytest.mark.parametrize(
    "medications",
    [
        [],
        [{**MEDICATION, "code": "1"}],
        [{key: MEDICATION[key] for key in MEDICATION if key != "name"}],
        [{**MEDICATION, "quantity": 0}],
        [{**MEDICATION, "quantity": "1"}],
        [{**MEDICATION, "dose": " "}],
        [{**MEDICATION, "dose": "a\nb"}],
        [{**MEDICATION, "state": "voided"}],
        [MEDICATION] * 21,
    ],
)
async def test_what_is_not_a_prescription_is_refused(
    clinic: Clinic, medications: list[object]
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()

    answer = await prescribe(doctor, family.holder, medications=medications)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert await clinic.value("SELECT count(*) FROM prescriptions") == 0


async def test_r_41_only_for_covered_members_of_the_doctors_unit(clinic: Clinic) -> None:
    doctor = await clinic.doctor()
    elsewhere = await clinic.family(unit=OTHER_UNIT)
    lapsed = await clinic.family(valid_to=date(2031, 2, 28))
    last_day = await clinic.family(valid_to=date(2031, 3, 1))

    answers = [
        await prescribe(doctor, elsewhere.holder),
        await prescribe(doctor, uuid7()),
        await prescribe(doctor, lapsed.holder),
        await prescribe(doctor, last_day.holder),
    ]

    assert [one.status for one in answers] == [404, 404, 409, 201]
    assert answers[0].told == answers[1].told
    assert answers[2].slug == "not-covered"


async def test_a_doctor_whom_scheduling_does_not_know_signs_nothing(clinic: Clinic) -> None:
    family = await clinic.family()
    stranger = clinic.api.person("doctor", unit=UNIT, doctor_id=uuid7())

    answer = await prescribe(stranger, family.holder)

    assert (answer.status, answer.slug) == (403, "forbidden")


async def test_a_cursor_of_somebody_elses_making_is_malformed(clinic: Clinic) -> None:
    family = await clinic.family()
    path = f"/v1/members/{family.holder}/prescriptions"

    for query in ("?cursor=AAAA", "?cursor=%00", "?limit=0", "?limit=101", "?from=2020-01-01"):
        answer = await family.account.get(path + query)
        assert (answer.status, answer.slug) == (400, "malformed-request"), query
