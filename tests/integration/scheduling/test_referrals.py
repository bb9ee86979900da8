"""Referrals (R-22, R-46): a specialty opens for one member and one appointment at a time."""

from datetime import timedelta
from uuid import UUID

from builders.scheduling import MONDAY, NOW, DoctorDay, Family, World, a_key, local, outcomes
from builders.scheduling_api import Api

from scheduling.models import BookedAppointment
from scheduling.usecases.cancel_appointment import cancel_appointment
from shared.contracts.clinical import (
    ReferralDescribed,
    ReferralIssued,
    ReferralUsed,
)
from shared.ids import uuid7

SPECIALTY = "ginecologia"
TUESDAY = MONDAY + timedelta(days=1)


async def bookable(
    api: Api, family: Family, member_id: UUID | None = None
) -> tuple[bool, str | None]:
    path = f"/v1/members/{member_id or family.holder}/services"
    items = (await api.get(family, path)).body["items"]
    (found,) = [item for item in items if item["code"] == SPECIALTY]
    return found["bookable"], found["reason"]


async def ends(world: World, family: Family, day: DoctorDay, slot: int = 0) -> str:
    (outcome,) = await outcomes([lambda: world.book(family, day.slots[slot])])
    return outcome


async def booked(world: World, family: Family, day: DoctorDay, slot: int = 0) -> UUID:
    answer = await world.book(family, day.slots[slot])
    return BookedAppointment.model_validate_json(answer).id


async def cancel(world: World, family: Family, appointment_id: UUID) -> None:
    await cancel_appointment(
        world.database,
        a_key(family, f"POST /v1/appointments/{appointment_id}/cancellation"),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=NOW,
    )


async def becomes(world: World, appointment_id: UUID, state: str) -> None:
    """The state that staff give an appointment, whichever use case writes it."""
    async with world.database.transaction() as tx:
        sql = "UPDATE appointments SET state = $2 WHERE appointment_id = $1"
        await tx.execute(sql, appointment_id, state)


async def test_r_22_a_specialty_is_bookable_with_a_referral_and_says_so_without(
    world: World, api: Api
) -> None:
    family = await world.family(size=2)
    before = await bookable(api, family)

    await world.refer(family.holder, SPECIALTY, TUESDAY)

    assert before == (False, "referral-required")
    assert await bookable(api, family) == (True, None)
    assert await bookable(api, family, family.members[1]) == (False, "referral-required")


async def test_r_46_a_referral_that_is_half_known_opens_nothing(world: World, api: Api) -> None:
    family, referral_id = await world.family(), uuid7()
    await world.arrives(
        ReferralDescribed(
            referral_id=referral_id, member_id=family.holder, service=SPECIALTY, valid_to=TUESDAY
        )
    )

    assert await bookable(api, family) == (False, "referral-required")
    await world.arrives(ReferralIssued(referral_id=referral_id, state="issued"))
    assert await bookable(api, family) == (True, None)


async def test_r_46_a_referral_opens_the_days_until_its_end_and_none_after(world: World) -> None:
    family = await world.family()
    last, after = await world.day(service=SPECIALTY), await world.day(
        service=SPECIALTY, day=TUESDAY
    )  # fmt: skip
    await world.refer(family.holder, SPECIALTY, MONDAY)

    assert await ends(world, family, after) == "referral-required"
    assert await ends(world, family, last) == "ok"


async def test_r_46_a_referral_ends_with_its_last_day_in_the_units_zone(
    world: World, api: Api
) -> None:
    family = await world.family()
    await world.refer(family.holder, SPECIALTY, MONDAY)
    midnight = local(TUESDAY, 0)

    for seconds, open_still in ((-1, True), (0, False), (1, False)):
        api.clock.set(midnight + timedelta(seconds=seconds))
        assert (await bookable(api, family))[0] is open_still


async def test_r_46_while_one_appointment_stands_no_second_is_booked_and_cancelling_frees_it(
    world: World, api: Api
) -> None:
    family = await world.family()
    day = await world.day(service=SPECIALTY)
    await world.refer(family.holder, SPECIALTY, TUESDAY)

    appointment_id = await booked(world, family, day)

    assert await bookable(api, family) == (False, "referral-required")
    assert await ends(world, family, day, 1) == "referral-required"
    await cancel(world, family, appointment_id)
    assert await bookable(api, family) == (True, None)
    assert await ends(world, family, day, 1) == "ok"


async def test_r_46_of_twenty_bookings_at_once_one_gets_the_referral(world: World) -> None:
    family = await world.family()
    days = [
        await world.day(service=SPECIALTY, day=MONDAY + timedelta(days=place % 2))
        for place in range(4)
    ]
    await world.refer(family.holder, SPECIALTY, TUESDAY)

    ended = await outcomes(
        [lambda d=day, s=slot: world.book(family, d.slots[s]) for day in days for slot in range(5)]  # type: ignore[misc]
    )

    assert ended.count("ok") == 1
    assert ended.count("referral-required") == 19
    assert await world.value("SELECT count(*) FROM referral_uses") == 1


async def test_r_46_the_referral_that_ends_first_is_taken_and_two_open_two_appointments(
    world: World,
) -> None:
    family = await world.family()
    day = await world.day(service=SPECIALTY)
    later = await world.refer(family.holder, SPECIALTY, TUESDAY)
    sooner = await world.refer(family.holder, SPECIALTY, MONDAY)

    first = await booked(world, family, day)

    used = "SELECT referral_id FROM referral_uses WHERE appointment_id = $1"
    assert await world.value(used, first) == sooner
    second = await booked(world, family, day, 2)
    assert await world.value(used, second) == later


async def test_r_46_attending_keeps_the_referral_until_it_is_told_used(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day(service=SPECIALTY)
    referral_id = await world.refer(family.holder, SPECIALTY, TUESDAY)
    await becomes(world, await booked(world, family, day), "attended")

    assert await bookable(api, family) == (False, "referral-required")
    await world.arrives(ReferralUsed(referral_id=referral_id, state="used"), sequence=2)
    assert await bookable(api, family) == (False, "referral-required")


async def test_r_46_not_coming_frees_the_referral_and_undoing_takes_it_back_if_it_is_there(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day(service=SPECIALTY)
    await world.refer(family.holder, SPECIALTY, TUESDAY)
    missed = await booked(world, family, day)

    await becomes(world, missed, "no_show")
    assert await bookable(api, family) == (True, None)
    await becomes(world, missed, "booked")
    assert await bookable(api, family) == (False, "referral-required")

    await becomes(world, missed, "no_show")
    again = await booked(world, family, day, 2)
    await becomes(world, missed, "attended")
    held = "SELECT array_agg(appointment_id) FROM referral_uses WHERE holds"
    assert await world.value(held) == [again]
