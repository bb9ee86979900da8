"""Referrals: given by general or family medicine, used by a visit, ended by their day (R-46)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from builders.clinical import Clinic
from builders.clinical_acts import CARDIOLOGY, GENERAL, refer, visit_facts
from builders.clinical_api import NOW, OTHER_UNIT

from shared.ids import uuid7

VISIT = NOW + timedelta(days=10)


async def state(clinic: Clinic, referral: str) -> str:
    found: str = await clinic.value(
        "SELECT state FROM referrals WHERE referral_id = $1", UUID(referral)
    )
    return found


async def told(clinic: Clinic) -> list[tuple[str, str]]:
    """Sequence and state of every public fact, in order."""
    found: list[Any] = []
    for kind in ("issued", "used", "expired"):
        found += await clinic.events(f"clinical.referral.{kind}")
    return sorted((one["sequence"].lstrip("0"), one["data"]["state"]) for one in found)


@pytest.fixture
async def referral(clinic: Clinic) -> tuple[UUID, str]:
    """A member with a referral to cardiology."""
    family = await clinic.family()
    answer = await refer(await clinic.doctor(), family.holder)
    assert answer.status == 201, answer.body
    return family.holder, answer.body["id"]


async def test_r_46_a_referral_is_told_privately_whole_and_publicly_bare(clinic: Clinic) -> None:
    family = await clinic.family()

    answer = await refer(await clinic.doctor(), family.holder)

    assert answer.body["valid_to"] == "2031-05-30"
    (described,) = await clinic.events("clinical.referral.described")
    assert described["data"] == {
        "referral_id": answer.body["id"], "member_id": str(family.holder),
        "service": CARDIOLOGY, "valid_to": "2031-05-30",
    }  # fmt: skip
    (issued,) = await clinic.events("clinical.referral.issued")
    assert issued["data"] == {"referral_id": answer.body["id"], "state": "issued"}
    listed = await family.account.get(f"/v1/members/{family.holder}/referrals")
    (item,) = listed.body["items"]
    assert item["service"] == {"code": CARDIOLOGY, "name": "Cardiología"}
    assert "reason" not in item


@pytest.mark.parametrize("change", ["valid_to = '2031-12-31'", "service = 'dermatologia'"])
async def test_r_46_what_was_referred_is_never_edited(
    clinic: Clinic, referral: tuple[UUID, str], change: str
) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await clinic.execute(
            f"UPDATE referrals SET {change} WHERE referral_id = $1", UUID(referral[1])
        )


async def test_r_46_only_doctors_who_give_general_or_family_medicine_refer(clinic: Clinic) -> None:
    family = await clinic.family()
    dentist = await clinic.doctor(service="odontologia")
    long_ago = await clinic.doctor(service="odontologia")
    await clinic.visit(long_ago, uuid7(), NOW - timedelta(days=91), service=GENERAL)
    cancelled = await clinic.doctor(service="odontologia")
    await clinic.visit(cancelled, uuid7(), NOW, service=GENERAL, state="cancelled")

    answers = [await refer(one, family.holder) for one in (dentist, long_ago, cancelled)]

    assert {(one.status, one.slug) for one in answers} == {(403, "may-not-refer")}
    assert (await refer(await clinic.doctor(), family.holder)).status == 201


async def test_r_46_only_to_what_needs_one_and_only_for_own_covered_patients(
    clinic: Clinic,
) -> None:
    doctor, family = await clinic.doctor(), await clinic.family()
    elsewhere = await clinic.family(unit=OTHER_UNIT)
    lapsed = await clinic.family(valid_to=date(2031, 2, 1))

    answers = [
        await refer(doctor, family.holder, service=GENERAL),
        await refer(doctor, family.holder, service="astrologia"),
        await refer(doctor, elsewhere.holder),
        await refer(doctor, lapsed.holder),
        await refer(doctor, family.holder, reason="corto"),
    ]

    assert [one.slug for one in answers] == [
        "invalid-request", "invalid-request", "not-found", "not-covered", "invalid-request",
    ]  # fmt: skip
    assert await clinic.value("SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize("order", [("described", "attended"), ("attended", "described")])
async def test_r_46_an_attended_visit_uses_it_whichever_history_comes_first(
    clinic: Clinic, referral: tuple[UUID, str], order: tuple[str, ...]
) -> None:
    member, given = referral
    facts = visit_facts(uuid7(), member, VISIT)

    await clinic.hear(facts["booked"], 1)
    assert await state(clinic, given) == "issued"
    for name in order:
        await clinic.hear(facts[name], 2 if name == "attended" else 1)
    for name in order:
        await clinic.hear(facts[name], 2 if name == "attended" else 1)

    assert await state(clinic, given) == "used"
    assert await told(clinic) == [("1", "issued"), ("2", "used")]


@pytest.mark.parametrize(
    ("service", "starts_at"),
    [
        ("oftalmologia", VISIT),
        (CARDIOLOGY, NOW - timedelta(days=1)),
        (CARDIOLOGY, datetime(2031, 5, 31, 18, tzinfo=UTC)),
    ],
)
async def test_r_46_another_service_or_a_day_outside_it_uses_nothing(
    clinic: Clinic, referral: tuple[UUID, str], service: str, starts_at: datetime
) -> None:
    member, given = referral
    facts = visit_facts(uuid7(), member, starts_at, service)

    await clinic.hear(facts["described"], 1)
    await clinic.hear(facts["attended"], 1)

    assert await state(clinic, given) == "issued"


async def test_r_46_one_visit_uses_one_referral_that_which_ends_first(clinic: Clinic) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    first = (await refer(doctor, family.holder)).body["id"]
    clinic.api.clock.forward(days=1)
    second = (await refer(doctor, family.holder)).body["id"]
    visits = [visit_facts(uuid7(), family.holder, VISIT) for _ in range(3)]

    for facts in visits[:1]:
        await clinic.hear(facts["described"], 1)
        await clinic.hear(facts["attended"], 1)
    assert (await state(clinic, first), await state(clinic, second)) == ("used", "issued")
    for facts in visits[1:]:
        await clinic.hear(facts["described"], 1)
        await clinic.hear(facts["attended"], 1)

    assert (await state(clinic, first), await state(clinic, second)) == ("used", "used")


async def test_r_33_attendance_that_is_undone_gives_it_back(
    clinic: Clinic, referral: tuple[UUID, str]
) -> None:
    member, given = referral
    facts = visit_facts(uuid7(), member, VISIT)
    await clinic.hear(facts["described"], 1)
    await clinic.hear(facts["attended"], 2)

    await clinic.hear(facts["booked"], 3)

    assert await state(clinic, given) == "issued"
    assert await told(clinic) == [("1", "issued"), ("2", "used"), ("3", "issued")]
    # An older fact that comes late changes nothing.
    await clinic.hear(facts["attended"], 2)
    assert await state(clinic, given) == "issued"
