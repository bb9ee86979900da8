"""Sick leaves: issued, authorised by somebody else, shown to the holder alone (R-42, R-43)."""

from datetime import date, datetime
from typing import Any

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import issue_leave
from builders.clinical_api import OTHER_UNIT, Person


async def shown(family_account: Person, query: str = "") -> list[str]:
    answer = await family_account.get(f"/v1/sick-leaves{query}")
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.body["items"]]


async def test_r_42_the_holder_reads_what_is_sealed_and_nothing_else(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    for state in ("issued", "authorised", "revoked"):
        await clinic.leave(doctor, family.holder, state)
    sealed = await clinic.leave(doctor, family.holder, "sealed")

    answer = await family.account.get("/v1/sick-leaves")

    (item,) = answer.body["items"]
    assert item["id"] == sealed
    assert item["state"] == "sealed"
    assert (item["starts_on"], item["ends_on"], item["days"]) == ("2031-03-01", "2031-03-03", 3)
    assert item["kind"] == {"code": "illness", "name": "Enfermedad general"}
    assert len(item["folio"]) == 19
    assert "diagnosis" not in item


@pytest.mark.parametrize(
    "query",
    [
        "?state=issued",
        "?filter=all",
        "?months=60",
        "?from=2020-01-01",
        "?member_id=x",
        "?limit=500",
    ],
)
async def test_r_42_no_parameter_shows_anything_else(clinic: Clinic, query: str) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    await clinic.leave(doctor, family.holder, "issued")

    answer = await family.account.get(f"/v1/sick-leaves{query}")

    assert (answer.status, answer.slug) == (400, "malformed-request")


@pytest.mark.parametrize(
    ("issued_on", "today", "is_shown"),
    [
        ("2031-02-28", "2031-08-31T18:00:00Z", True),
        ("2031-02-27", "2031-08-31T18:00:00Z", False),
        ("2031-02-28", "2031-08-28T18:00:00Z", True),
        ("2031-02-28", "2031-09-01T18:00:00Z", False),
        # Midnight in Tijuana is seven in UTC in summer.
        ("2031-02-28", "2031-09-01T06:59:59Z", True),
        ("2031-02-28", "2031-09-01T07:00:00Z", False),
    ],
)
async def test_r_42_six_calendar_months_by_the_local_day_clamped(
    clinic: Clinic,
    issued_on: str,
    today: str,
    is_shown: bool,  # noqa: FBT001  # the expected answer
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    clinic.api.clock.set(datetime.fromisoformat(f"{issued_on}T20:00:00Z"))
    leave = await clinic.leave(doctor, family.holder, "sealed", starts_on=issued_on)

    clinic.api.clock.set(datetime.fromisoformat(today))

    assert await shown(family.account) == ([leave] if is_shown else [])


async def test_r_42_another_familys_and_a_former_holders_do_not_show(clinic: Clinic) -> None:
    family, other = await clinic.family(date(2000, 1, 1)), await clinic.family()
    await clinic.leave(await clinic.doctor(), family.holder, "sealed")
    assert await shown(other.account) == []

    # The spouse becomes the insured worker: what was the former one's is no more this account's.
    await clinic.execute(
        "UPDATE members SET holder = NOT holder WHERE family_id = $1", family.family_id
    )

    assert await shown(family.account) == []


async def test_r_42_pages_follow_one_another(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    made = []
    for _ in range(3):
        made.append(await clinic.leave(doctor, family.holder, "sealed"))
        clinic.api.clock.forward(seconds=1)

    first = await family.account.get("/v1/sick-leaves?limit=2")
    rest = await shown(family.account, f"?limit=2&cursor={first.body['next']}")

    assert [one["id"] for one in first.body["items"]] + rest == made[::-1]


async def test_r_42_only_a_covered_holder_of_the_unit_gets_one(clinic: Clinic) -> None:
    family, doctor = await clinic.family(date(2000, 1, 1)), await clinic.doctor()
    elsewhere = await clinic.family(unit=OTHER_UNIT)
    lapsed = await clinic.family(valid_to=date(2031, 2, 1))

    answers = [
        await issue_leave(doctor, family.members[1]),
        await issue_leave(doctor, elsewhere.holder),
        await issue_leave(doctor, lapsed.holder),
    ]

    assert [one.slug for one in answers] == ["holder-only", "not-found", "not-covered"]
    assert await clinic.value("SELECT count(*) FROM sick_leaves") == 0


@pytest.mark.parametrize(
    ("changed", "pointers"),
    [
        ({"diagnosis": "Z99.9"}, ["/diagnosis"]),
        ({"starts_on": "2031-02-25"}, ["/starts_on"]),
        ({"starts_on": "2031-04-01", "diagnosis": "A00"}, ["/diagnosis", "/starts_on"]),
        ({"diagnosis": "resfriado"}, ["/diagnosis"]),
        ({"days": 0}, ["/days"]),
        ({"days": 91}, ["/days"]),
        ({"kind": "holiday"}, ["/kind"]),
        ({"starts_on": 20310301}, ["/starts_on"]),
        ({"folio": "X"}, [""]),
    ],
)
async def test_each_wrong_field_is_named(
    clinic: Clinic, changed: dict[str, Any], pointers: list[str]
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()

    answer = await issue_leave(doctor, family.holder, **changed)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert [one["pointer"] for one in answer.body["errors"]] == pointers
