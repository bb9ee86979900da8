"""How referrals end: with their last day by the unit's clock, and what still counts (R-46)."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from builders.clinical import Clinic
from builders.clinical_acts import refer, visit_facts
from builders.clinical_api import ISSSTECALI, NOW

from clinical_records.usecases.expire_referrals import expire_referrals
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


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2031, 5, 31, 6, 59, 59, tzinfo=UTC), "issued"),
        (datetime(2031, 5, 31, 7, 0, 0, tzinfo=UTC), "expired"),
    ],
)
async def test_r_46_it_ends_with_its_last_local_day(
    clinic: Clinic, referral: tuple[UUID, str], at: datetime, expected: str
) -> None:
    count = await expire_referrals(clinic.database, ISSSTECALI, now=at)
    again = await expire_referrals(clinic.database, ISSSTECALI, now=at)

    assert await state(clinic, referral[1]) == expected
    assert (count, again) == (int(expected == "expired"), 0)
    assert len(await clinic.events("clinical.referral.expired")) == count


async def test_r_46_each_unit_by_its_own_clock_and_a_closed_one_by_the_institutes(
    clinic: Clinic,
) -> None:
    family, doctor = await clinic.family(), await clinic.doctor()
    given = [(await refer(doctor, family.holder)).body["id"] for _ in range(3)]
    units = list(ISSSTECALI.units)
    eastern = units[0].model_copy(update={"code": "ESTE0000001", "zone": "America/Cancun"})
    profile = ISSSTECALI.model_copy(update={"units": (*units, eastern)})
    for referral_id, unit in zip(given, (units[0].code, "ESTE0000001", "CERRADA"), strict=True):
        await clinic.execute(
            "UPDATE referrals SET unit = $2 WHERE referral_id = $1", UUID(referral_id), unit
        )

    # Midnight in Cancún, two hours before that of Tijuana's summer.
    count = await expire_referrals(
        clinic.database, profile, now=datetime(2031, 5, 31, 5, 0, tzinfo=UTC)
    )

    assert count == 1
    assert [await state(clinic, one) for one in given] == ["issued", "expired", "issued"]
    assert await expire_referrals(
        clinic.database, profile, now=datetime(2031, 5, 31, 7, 0, tzinfo=UTC)
    ) == 2  # fmt: skip


async def test_r_46_a_visit_on_the_last_day_told_after_it_still_counts(
    clinic: Clinic, referral: tuple[UUID, str]
) -> None:
    member, given = referral
    await expire_referrals(clinic.database, ISSSTECALI, now=NOW + timedelta(days=120))
    facts = visit_facts(uuid7(), member, datetime(2031, 5, 30, 18, tzinfo=UTC))

    await clinic.hear(facts["described"], 1)
    await clinic.hear(facts["attended"], 1)

    assert await state(clinic, given) == "used"
    assert await told(clinic) == [("1", "issued"), ("2", "expired"), ("3", "used")]


async def test_whatever_the_order_of_deliveries_the_end_is_the_same(clinic: Clinic) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # a failing run says which
    chance = random.Random(seed)  # noqa: S311  # a test's order
    family, doctor = await clinic.family(), await clinic.doctor()
    for _ in range(10):
        given = (await refer(doctor, family.holder)).body["id"]
        facts = visit_facts(uuid7(), family.holder, VISIT)
        deliveries = [("booked", 1), ("described", 1), ("attended", 2)] * 2
        chance.shuffle(deliveries)
        for name, sequence in deliveries:
            await clinic.hear(facts[name], sequence)
        assert await state(clinic, given) == "used"
