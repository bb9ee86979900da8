"""What is known of a referral whatever the order of its facts (R-46): late, twice, mixed up."""

from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from builders.scheduling import MONDAY, World

from shared.contracts.clinical import (
    ReferralDescribed,
    ReferralExpired,
    ReferralIssued,
    ReferralUsed,
)
from shared.contracts.event import Fact
from shared.ids import uuid7

SPECIALTY = "ginecologia"
TUESDAY = MONDAY + timedelta(days=1)


def _history(referral_id: UUID, member_id: UUID, last: Fact) -> list[tuple[Fact, int]]:
    def described(valid_to: date) -> ReferralDescribed:
        return ReferralDescribed(
            referral_id=referral_id, member_id=member_id, service=SPECIALTY, valid_to=valid_to
        )

    return [
        (ReferralIssued(referral_id=referral_id, state="issued"), 1),
        (last, 2),
        (described(MONDAY - timedelta(days=40)), 1),
        (described(TUESDAY), 2),
    ]


@pytest.mark.parametrize("kind", [ReferralUsed, ReferralExpired])
async def test_r_46_late_twice_and_in_any_order_the_same_is_known(
    world: World, kind: type[ReferralUsed | ReferralExpired]
) -> None:
    family, seen = await world.family(), set()
    state = "used" if kind is ReferralUsed else "expired"
    referral_id = uuid7()
    last = kind.model_validate({"referral_id": referral_id, "state": state})
    history = _history(referral_id, family.holder, last)
    for order in permutations(history):
        async with world.database.transaction() as tx:
            await tx.execute("DELETE FROM referrals")
            await tx.execute("DELETE FROM referral_descriptions")
        for fact, sequence in (*order, order[0]):
            await world.arrives(fact, sequence=sequence)
        seen.add(
            await world.value(
                "SELECT (state, valid_to, r.sequence, d.sequence)::text FROM referrals r"
                " JOIN referral_descriptions d USING (referral_id)"
            )
        )

    assert seen == {f"({state},{TUESDAY},2,2)"}
