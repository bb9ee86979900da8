"""Booking (R-20 to R-26, R-34, R-35) on a real database: what is granted and what is refused."""

import json
from datetime import time, timedelta

import pytest
from builders.scheduling import GENERAL, MONDAY, NOW, OTHER_UNIT, UNIT, World, local, outcomes

from scheduling.models import BookedAppointment
from shared.budget import budget
from shared.contracts.scheduling import AppointmentBooked, AppointmentDescribed, folio
from shared.errors import DomainError
from shared.ids import uuid7
from shared.outbox import envelope


async def refused(world: World, *arguments: object, **named: object) -> DomainError:
    with pytest.raises(DomainError) as raised:
        await world.book(*arguments, **named)  # type: ignore[arg-type]  # passed through
    return raised.value


async def test_a_booking_answers_the_appointment_and_holds_slot_and_quota(world: World) -> None:
    family, day = await world.family(), await world.day(quota=3)

    answer = json.loads(await world.book(family, day.slots[1]))

    booked = BookedAppointment.model_validate(answer)
    assert booked.folio == folio(booked.id)
    assert booked.starts_at == local(MONDAY, 8, 20)
    assert answer["starts_at"] == "2031-03-03T08:20:00-08:00"
    assert (booked.state, booked.by, booked.channel, booked.version) == (
        "booked",
        "affiliate",
        "web",
        1,
    )
    assert (booked.unit.code, booked.service.code) == (UNIT, GENERAL)
    assert booked.member.name == "Ejemplo 0 Demostración"
    row = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(row, day.agenda_id) == "(1,1)"
    taken = "SELECT appointment_id FROM slots WHERE slot_id = $1"
    assert await world.value(taken, day.slots[1]) == booked.id


async def test_a_booking_leaves_its_public_and_private_event_as_python_would_write_them(
    world: World,
) -> None:
    family, day = await world.family(), await world.day()

    booked = BookedAppointment.model_validate_json(await world.book(family, day.slots[0]))

    async with world.database.connection() as connection:
        rows = await connection.fetch("SELECT * FROM outbox ORDER BY position DESC LIMIT 2")
    described, public = rows
    fact = AppointmentBooked(
        appointment_id=booked.id,
        member_id=family.holder,
        family_id=family.family_id,
        unit=UNIT,
        starts_at=day.starts[0],
        ends_at=day.starts[0] + timedelta(minutes=20),
        channel="web",
        state="booked",
        by="affiliate",
        reason=None,
    )
    private = AppointmentDescribed(
        appointment_id=booked.id, doctor_id=day.doctor_id, service=GENERAL
    )
    assert public["exchange"] == "sisa.events"
    assert public["body"] == envelope(fact, event_id=public["event_id"], sequence=1, now=NOW)
    assert described["exchange"] == "sisa.private"
    assert described["body"] == envelope(
        private, event_id=described["event_id"], sequence=1, now=NOW
    )


async def test_r_35_the_same_key_gives_the_same_bytes_and_books_once(world: World) -> None:
    family, day = await world.family(), await world.day()

    first = await world.book(family, day.slots[0], key="one")
    second = await world.book(family, day.slots[0], key="one")

    assert first == second
    assert await world.value("SELECT count(*) FROM appointments") == 1


async def test_r_35_the_same_key_with_another_body_is_refused(world: World) -> None:
    family, day = await world.family(), await world.day()
    await world.book(family, day.slots[0], key="one")

    assert (await refused(world, family, day.slots[1], key="one")).slug == "idempotency-key-reused"


async def test_r_35_a_refusal_keeps_no_key_and_is_judged_anew(world: World) -> None:
    family, other, day = await world.family(), await world.family(), await world.day()
    await world.book(other, day.slots[0])
    assert (await refused(world, family, day.slots[0], key="one")).slug == "slot-taken"

    await world.book(family, day.slots[1], key="one")

    assert await world.value("SELECT count(*) FROM appointments") == 2


async def test_r_35_another_accounts_same_key_is_unrelated(world: World) -> None:
    one, other, day = await world.family(), await world.family(), await world.day()

    await world.book(one, day.slots[0], key="same")
    await world.book(other, day.slots[1], key="same")

    assert await world.value("SELECT count(*) FROM appointments") == 2


async def test_r_23_of_two_hundred_who_want_one_slot_one_gets_it(world: World) -> None:
    day = await world.day()
    families = [await world.family() for _ in range(200)]

    ended = await outcomes([lambda f=f: world.book(f, day.slots[0]) for f in families])  # type: ignore[misc]

    assert sorted(set(ended)) == ["ok", "slot-taken"]
    assert ended.count("ok") == 1
    assert await world.value("SELECT count(*) FROM outbox WHERE routing_key LIKE '%booked'") == 1
    assert await world.value("SELECT count(*) FROM idempotency_keys") == 1


async def test_r_24_of_ten_times_the_quota_the_quota_gets_places(world: World) -> None:
    day = await world.day(slots=40, quota=4, minutes=10)
    families = [await world.family() for _ in range(40)]

    ended = await outcomes(
        [
            lambda f=f, s=s: world.book(f, s)  # type: ignore[misc]
            for f, s in zip(families, day.slots, strict=True)
        ]
    )

    assert ended.count("ok") == 4
    assert ended.count("web-quota-exhausted") == 36
    assert await world.value("SELECT count(*) FROM appointments") == 4
    counters = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(counters, day.agenda_id) == "(4,4)"


async def test_r_35_fifty_times_the_same_key_at_once_is_one_appointment_and_one_answer(
    world: World,
) -> None:
    family, day = await world.family(), await world.day()
    answers: list[bytes] = []

    async def again() -> bytes:
        answers.append(await world.book(family, day.slots[0], key="one"))
        return answers[-1]

    ended = await outcomes([again for _ in range(50)])

    assert ended == ["ok"] * 50
    assert len(set(answers)) == 1
    assert await world.value("SELECT count(*) FROM appointments") == 1


async def test_r_35_a_twin_that_waits_longer_than_a_second_is_told_so(world: World) -> None:
    family, day = await world.family(), await world.day()
    async with world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO idempotency_keys (account_id, operation, key, digest)"
            " VALUES ($1, 'POST /v1/appointments', 'one', '')",
            family.account_id,
        )

        refusal = await refused(world, family, day.slots[0], key="one")

    assert (refusal.slug, refusal.retry_after) == ("still-running", 1)


async def test_a_family_that_is_held_longer_than_the_budget_is_unavailable_not_broken(
    world: World,
) -> None:
    family, day = await world.family(), await world.day()
    async with world.database.transaction(seconds=10) as tx:
        await tx.execute("SELECT FROM families WHERE family_id = $1 FOR UPDATE", family.family_id)

        with budget(2.0):
            refusal = await refused(world, family, day.slots[0], key="one")

    assert refusal.slug == "unavailable"


async def test_r_23_a_member_is_not_with_two_doctors_at_once(world: World) -> None:
    family = await world.family()
    days = [await world.day() for _ in range(10)]

    ended = await outcomes([lambda d=d: world.book(family, d.slots[0]) for d in days])  # type: ignore[misc]

    assert ended.count("ok") == 1
    assert ended.count("member-busy") == 9


async def test_r_23_overlapping_times_are_refused_too(world: World) -> None:
    family = await world.family()
    morning = await world.day(minutes=20)
    other = await world.day(minutes=20, opens=time(8, 10))
    await world.book(family, morning.slots[0])

    assert (await refused(world, family, other.slots[0])).slug == "member-busy"
    assert (await refused(world, family, other.slots[0])).slug == "member-busy"


async def test_r_20_a_member_of_another_family_is_not_found(world: World) -> None:
    family, other, day = await world.family(), await world.family(), await world.day()

    assert (await refused(world, family, day.slots[0], member_id=other.holder)).slug == "not-found"
    assert (await refused(world, family, uuid7())).slug == "not-found"


async def test_r_34_coverage_that_ends_before_the_day_is_refused(world: World) -> None:
    day = await world.day()
    ends_sunday = await world.family(valid_to=MONDAY - timedelta(days=1))
    ends_monday = await world.family(valid_to=MONDAY)

    refusal = await refused(world, ends_sunday, day.slots[0])

    assert refusal.slug == "not-covered"
    assert refusal.detail == "La afiliación está vigente hasta el 02/03/2031."
    await world.book(ends_monday, day.slots[0])


async def test_r_20_a_lapsed_holder_books_nothing_for_the_family(world: World) -> None:
    family, day = await world.family(size=2), await world.day()
    async with world.database.transaction() as tx:
        lapse = "UPDATE members SET valid_to = $2 WHERE member_id = $1"
        await tx.execute(lapse, family.holder, NOW.date() - timedelta(days=1))

    refusal = await refused(world, family, day.slots[0], member_id=family.members[1])

    assert refusal.slug == "not-covered"


async def test_r_21_only_in_the_members_home_unit(world: World) -> None:
    family, day = await world.family(unit=OTHER_UNIT), await world.day()

    assert (await refused(world, family, day.slots[0])).slug == "not-home-unit"


async def test_r_22_a_specialty_needs_a_referral_and_each_referral_opens_one_appointment(
    world: World,
) -> None:
    family, day = await world.family(), await world.day(service="ginecologia")
    assert (await refused(world, family, day.slots[0])).slug == "referral-required"
    referral = uuid7()
    async with world.database.transaction() as tx:
        await tx.execute("INSERT INTO referrals VALUES ($1, 'issued', 1, $2)", referral, NOW)
        await tx.execute(
            "INSERT INTO referral_descriptions VALUES ($1, $2, 'ginecologia', $3, 1, $4)",
            referral,
            family.holder,
            MONDAY,
            NOW,
        )

    await world.book(family, day.slots[0])

    assert (await refused(world, family, day.slots[2])).slug == "referral-required"


async def test_r_25_lead_time_and_horizon_are_exact(world: World) -> None:
    family, day = await world.family(), await world.day()
    far = await world.day(day=MONDAY + timedelta(days=31))
    lead = day.starts[0] - timedelta(minutes=30)
    early = await refused(world, family, day.slots[0], now=lead + timedelta(seconds=1))
    assert (early.slug, early.members["why"]) == ("slot-unavailable", "lead")
    past = await refused(world, family, day.slots[0], now=day.starts[0])
    assert past.members["why"] == "past"
    horizon = await refused(world, family, far.slots[0], now=local(MONDAY, 23, 59, 59))
    assert horizon.members["why"] == "horizon"

    await world.book(family, day.slots[0], now=lead)
    await world.book(family, far.slots[0], now=local(MONDAY + timedelta(days=1), 0))


async def test_r_25_each_limit_is_named_with_its_end(world: World) -> None:
    family = await world.family()
    same_day = [await world.day(opens=time(8 + 2 * place)) for place in range(3)]
    await world.book(family, same_day[0].slots[0])
    await world.book(family, same_day[1].slots[0])

    a_day = await refused(world, family, same_day[2].slots[0])

    assert a_day.slug == "limit-reached"
    assert (a_day.members["limit"], a_day.members["until"]) == ("max_per_day", "2031-03-04")
    thursday = await world.day(day=MONDAY + timedelta(days=3))
    await world.book(family, thursday.slots[0])
    friday = await world.day(day=MONDAY + timedelta(days=4))
    active = await refused(world, family, friday.slots[0])
    assert (active.members["limit"], active.members["allowed"]) == ("max_active", 3)
    assert active.detail is not None
    assert "03/03/2031" in active.detail


async def test_r_25_seven_days_are_any_seven_in_a_row(world: World) -> None:
    family = await world.family()
    for place, offset in enumerate((0, 0, 2, 3)):
        day = await world.day(day=MONDAY + timedelta(days=offset), opens=time(8 + place))
        await world.book(family, day.slots[0], now=day.starts[0] - timedelta(minutes=30))
    now = local(MONDAY + timedelta(days=4), 0)
    sixth = await world.day(day=MONDAY + timedelta(days=6))
    seventh = await world.day(day=MONDAY + timedelta(days=7))

    refusal = await refused(world, family, sixth.slots[0], now=now)

    assert (refusal.members["limit"], refusal.members["until"]) == ("max_per_7_days", "2031-03-10")
    await world.book(family, seventh.slots[0], now=now)


async def test_r_28_a_sanctioned_family_does_not_book_by_web_or_mobile(world: World) -> None:
    family, day = await world.family(), await world.day()
    earlier = await world.day(opens=time(15))
    booked = BookedAppointment.model_validate_json(await world.book(family, earlier.slots[0]))
    async with world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO sanctions (sanction_id, family_id, appointment_id, rule, until,"
            " imposed_at) VALUES ($1, $2, $3, 'late', $4, $5)",
            uuid7(),
            family.family_id,
            booked.id,
            local(MONDAY, 12),
            NOW,
        )

    by_web = await refused(world, family, day.slots[0])
    by_mobile = await refused(world, family, day.slots[0], channel="mobile")

    assert by_web.slug == by_mobile.slug == "sanctioned"
    assert by_web.members["until"] == "2031-03-03T12:00:00-08:00"
    await world.book(family, day.slots[0], channel="desk")


async def test_a_refusal_tells_the_first_reason_of_the_documented_order(world: World) -> None:
    family = await world.family(unit=OTHER_UNIT, valid_to=MONDAY - timedelta(days=1))
    day = await world.day()

    assert (await refused(world, family, day.slots[0])).slug == "not-covered"


async def test_a_day_that_is_closing_takes_no_booking(world: World) -> None:
    family, day = await world.family(), await world.day()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE agenda_days SET state = 'closing'")

    refusal = await refused(world, family, day.slots[0])

    assert (refusal.slug, refusal.members["why"]) == ("slot-unavailable", "closed")
