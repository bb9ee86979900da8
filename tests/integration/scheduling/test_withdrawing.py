"""Withdrawing a published day (R-32): everybody moved or cancelled in one go, told once."""

import asyncio
import time as clock
from datetime import date, time, timedelta
from functools import partial
from uuid import UUID

import orjson
import pytest
from builders.agendas import (
    ADMINISTRATOR,
    HORIZON,
    assert_counted,
    booked,
    events,
    finish,
    snapshot,
    staff_key,
    withdraw,
)
from builders.scheduling import (
    GENERAL,
    MONDAY,
    NOW,
    DoctorDay,
    Family,
    World,
    a_key,
    local,
    outcomes,
)

from scheduling.repository import withdrawals
from scheduling.repository.withdrawals import Mode, Order
from scheduling.usecases.cancel_appointment import cancel_appointment
from scheduling.usecases.withdraw_day import Wanted, preview_withdrawal
from shared.errors import DomainError

TUESDAY = MONDAY + timedelta(days=1)


async def previewed(world: World, day: DoctorDay, mode: Mode) -> bytes:
    order = Order(mode, "withdrawal", "Falla eléctrica")
    wanted = Wanted(day.doctor_id, GENERAL, day.date, order)
    return await preview_withdrawal(
        world.database, ADMINISTRATOR, wanted, horizon_on=lambda _: HORIZON, now=NOW
    )


async def test_r_32_a_days_appointments_move_in_order_to_the_soonest_places_and_keep_their_folio(
    world: World,
) -> None:
    day = await world.day(slots=3, quota=3)
    colleague = await world.day(slots=2, opens=time(8, 20), quota=0)
    later = await world.day(day=TUESDAY, slots=3, quota=0, doctor_id=day.doctor_id)
    made = [await booked(world, day, place) for place in (2, 0, 1)]
    folios = "SELECT array_agg(folio ORDER BY folio) FROM appointments"
    before = await world.value(folios)

    answer = orjson.loads(await withdraw(world, day))

    # 8:00 and 8:20 go to the colleague's 8:20 and 8:40, 8:40 to the doctor's own next morning.
    assert [item["id"] for item in answer["items"]] == [str(made[place]) for place in (1, 2, 0)]
    assert [item["to"]["slot_id"] for item in answer["items"]] == [
        str(colleague.slots[0]),
        str(colleague.slots[1]),
        str(later.slots[0]),
    ]
    assert (answer["moved"], answer["cancelled"]) == (3, 0)
    assert await world.value(folios) == before
    assert await world.value("SELECT array_agg(DISTINCT version) FROM appointments") == [2]
    await assert_counted(world)


async def test_r_24_a_moved_appointment_leaves_its_old_quota_and_takes_a_desk_place(
    world: World,
) -> None:
    day, later = await world.day(quota=2), await world.day(day=TUESDAY, quota=0)
    await booked(world, day, 0)

    await withdraw(world, day)

    row = "SELECT (state, taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(row, day.agenda_id) == "(withdrawn,0,0)"
    assert await world.value(row, later.agenda_id) == "(open,1,0)"
    assert await world.value("SELECT web_place FROM appointments") is False
    assert await world.value("SELECT channel FROM appointments") == "web"


async def test_r_32_each_is_told_once_with_whole_facts_and_the_private_history_follows(
    world: World,
) -> None:
    day = await world.day(slots=3)
    own = await world.day(day=TUESDAY, slots=1, doctor_id=day.doctor_id)
    other = await world.day(day=TUESDAY, slots=1, opens=time(9))
    first, second, third = [await booked(world, day, place) for place in range(3)]

    await withdraw(world, day)

    moved = await events(world, "scheduling.appointment.moved")
    assert {fact["appointment_id"] for fact in moved} == {str(first), str(second)}
    assert {fact["starts_at"] for fact in moved} == {
        (own.starts[0]).isoformat().replace("+00:00", "Z"),
        (other.starts[0]).isoformat().replace("+00:00", "Z"),
    }
    cancelled = await events(world, "scheduling.appointment.cancelled")
    assert [fact["appointment_id"] for fact in cancelled] == [str(third)]
    for fact in (*moved, *cancelled):
        assert (fact["by"], fact["channel"]) == ("institute", "institute")
        assert fact["reason"] == "withdrawal"
    # Only who got another doctor is described anew.
    described = await events(world, "scheduling.appointment.described")
    assert [fact["appointment_id"] for fact in described[3:]] == [str(second)]
    assert described[3]["doctor_id"] == str(other.doctor_id)
    withdrawn = await events(world, "scheduling.agenda.withdrawn")
    assert [fact["agenda_id"] for fact in withdrawn] == [str(day.agenda_id)]
    lanes = "SELECT array_agg(DISTINCT lane) FROM outbox WHERE routing_key ~ 'moved|cancelled'"
    assert await world.value(lanes) == [1]
    assert await world.value("SELECT count(*) FROM sanctions") == 0
    await assert_counted(world)


async def test_r_32_a_reason_for_staffs_eyes_is_in_no_event(world: World) -> None:
    day = await world.day()
    await booked(world, day, 0)

    await withdraw(world, day, "cancel")

    told = "SELECT count(*) FROM outbox WHERE body LIKE '%Falla%'"
    assert await world.value(told) == 0
    assert await world.value("SELECT staff_reason FROM appointments") == "Falla eléctrica"
    reason = "SELECT reason FROM audit WHERE operation = 'withdraw-agenda'"
    assert await world.value(reason) == "Falla eléctrica"


async def test_r_32_cancelling_a_day_never_counts_towards_a_sanction(world: World) -> None:
    family = await world.family(size=3)
    days = [await world.day(day=MONDAY + timedelta(days=n)) for n in range(3)]
    for place, day in enumerate(days):
        await world.book(family, day.slots[0], member_id=family.members[place])

    for day in days:
        await withdraw(world, day, "cancel")

    assert await world.value("SELECT count(*) FROM appointments WHERE state = 'cancelled'") == 3
    assert await world.value("SELECT count(*) FROM sanctions") == 0
    again = await world.day(day=TUESDAY, opens=time(12))
    await world.book(family, again.slots[0])


@pytest.mark.parametrize("mode", ["cancel", "move"])
async def test_a_preview_changes_no_row_and_tells_what_the_act_then_does(
    world: World, mode: Mode
) -> None:
    day, _ = await world.day(slots=3), await world.day(day=TUESDAY, slots=2)
    for place in range(3):
        await booked(world, day, place)
    before = await snapshot(world)

    shown = orjson.loads(await previewed(world, day, mode))

    assert await snapshot(world) == before
    looks = "SELECT count(*) FROM audit WHERE operation = 'withdraw-agenda-preview'"
    assert await world.value(looks) == 1
    done = orjson.loads(await withdraw(world, day, mode))
    assert shown | {"preview": False} == done
    assert done["moved"] == (2 if mode == "move" else 0)


async def test_r_34_coverage_on_the_new_day_is_respected_and_who_cant_move_is_cancelled(
    world: World,
) -> None:
    day, _ = await world.day(), await world.day(day=TUESDAY)
    lapsing = await world.family(valid_to=MONDAY)
    staying = await world.family()
    lapsed, kept = await booked(world, day, 0, lapsing), await booked(world, day, 1, staying)

    answer = orjson.loads(await withdraw(world, day))

    ends = {item["id"]: (item["outcome"], item["why"]) for item in answer["items"]}
    assert ends == {str(lapsed): ("cancelled", "not-covered"), str(kept): ("moved", None)}
    await assert_counted(world)


async def test_r_23_nobody_is_moved_onto_an_appointment_of_their_own(world: World) -> None:
    family = await world.family()
    day = await world.day(slots=1)
    busy = await world.day(day=TUESDAY, slots=1, service="odontologia")
    clash = await world.day(day=TUESDAY, slots=1)
    free = await world.day(day=TUESDAY, slots=1, opens=time(11))
    await world.book(family, busy.slots[0])
    await booked(world, day, 0, family)

    answer = orjson.loads(await withdraw(world, day))

    assert busy.starts == clash.starts
    assert [item["to"]["slot_id"] for item in answer["items"]] == [str(free.slots[0])]
    await assert_counted(world)


async def test_nobody_is_moved_to_an_earlier_time_than_was_agreed(world: World) -> None:
    day = await world.day(slots=1, opens=time(12))
    await world.day(slots=2, opens=time(9))
    await booked(world, day, 0)

    answer = orjson.loads(await withdraw(world, day))

    assert [item["why"] for item in answer["items"]] == ["no-place"]


async def test_a_day_in_progress_keeps_who_came_and_moves_who_is_still_to_come(
    world: World,
) -> None:
    day, _ = await world.day(slots=3), await world.day(day=TUESDAY, slots=3)
    came, waiting = await booked(world, day, 0), await booked(world, day, 2)

    answer = orjson.loads(await withdraw(world, day, now=local(MONDAY, 8, 10)))

    assert [item["id"] for item in answer["items"]] == [str(waiting)]
    on_the_day = "SELECT appointment_id FROM appointments WHERE agenda_id = $1"
    assert await world.value(on_the_day, day.agenda_id) == came
    await assert_counted(world)


async def test_r_35_a_withdrawal_repeated_with_its_key_is_answered_the_same(world: World) -> None:
    day, _ = await world.day(), await world.day(day=TUESDAY)
    await booked(world, day, 0)

    first = await withdraw(world, day, key="una")
    moved = await events(world, "scheduling.appointment.moved")

    assert await withdraw(world, day, key="una") == first
    assert await events(world, "scheduling.appointment.moved") == moved
    with pytest.raises(DomainError, match="agenda-withdrawn"):
        await withdraw(world, day, key="otra")


async def test_a_withdrawal_whose_request_died_is_finished_by_the_job_and_answers_its_key(
    world: World,
) -> None:
    day, _ = await world.day(), await world.day(day=TUESDAY)
    appointment = await booked(world, day, 0)
    key = staff_key("withdrawals", "una")
    async with world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO idempotency_keys (account_id, operation, key, digest)"
            " VALUES ($1, $2, $3, $4)",
            key.account_id,
            key.operation,
            key.key,
            key.digest,
        )
        order = Order("move", "withdrawal", "Falla eléctrica")
        await withdrawals.close(tx, [day.agenda_id], order, ADMINISTRATOR, key=key, now=NOW)

    with pytest.raises(DomainError, match="still-running"):
        await withdraw(world, day, key="una")
    assert await finish(world, NOW) == 0
    assert await finish(world, NOW + timedelta(minutes=1)) == 1
    assert await finish(world, NOW + timedelta(minutes=1)) == 0

    answer = orjson.loads(await withdraw(world, day, key="una"))
    assert [item["id"] for item in answer["items"]] == [str(appointment)]
    await assert_counted(world)


async def test_a_closing_day_is_refused_to_whoever_books(world: World) -> None:
    day = await world.day()
    async with world.database.transaction() as tx:
        order = Order("cancel", "withdrawal", "Falla eléctrica")
        await withdrawals.close(tx, [day.agenda_id], order, ADMINISTRATOR, key=None, now=NOW)

    with pytest.raises(DomainError, match="slot-unavailable"):
        await world.book(await world.family(), day.slots[0])


async def test_what_is_not_there_is_not_found_and_a_day_that_is_over_is_invalid(
    world: World,
) -> None:
    day = await world.day()
    elsewhere = DoctorDay(day.agenda_id, day.doctor_id, TUESDAY, [], [])

    with pytest.raises(DomainError, match="not-found"):
        await withdraw(world, elsewhere)
    with pytest.raises(DomainError, match="invalid-request"):
        await withdraw(world, day, now=local(TUESDAY, 0))


@pytest.mark.parametrize("mode", ["cancel", "move"])
async def test_withdrawal_against_booking_leaves_nobody_on_the_day(
    world: World, mode: Mode
) -> None:
    day, _ = await world.day(slots=12, minutes=10), await world.day(day=TUESDAY, slots=30)
    families = [await world.family() for _ in range(24)]
    for place in range(4):
        await booked(world, day, place)

    async def book(number: int) -> bytes:
        await asyncio.sleep(0.002 * number)
        return await world.book(families[number], day.slots[number % 12])

    ended = await outcomes(
        [lambda: withdraw(world, day, mode), *(lambda n=n: book(n) for n in range(24))]
    )

    assert ended[0] == "ok"
    assert set(ended[1:]) <= {"ok", "slot-taken", "slot-unavailable"}
    assert "slot-unavailable" in ended
    left = "SELECT taken FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(left, day.agenda_id) == 0
    await assert_counted(world)


async def test_withdrawal_against_cancelling_frees_each_place_once(world: World) -> None:
    day, _ = await world.day(slots=12, minutes=10), await world.day(day=TUESDAY, slots=30)
    families = [await world.family() for _ in range(12)]
    made = [await booked(world, day, place, families[place]) for place in range(12)]

    async def cancel(family: Family, appointment_id: UUID) -> bytes:
        return await cancel_appointment(
            world.database,
            a_key(family, f"POST /v1/appointments/{appointment_id}/cancellation"),
            family_id=family.family_id,
            appointment_id=appointment_id,
            channel="web",
            now=NOW,
        )

    ended = await outcomes(
        [
            *(lambda f=f, a=a: cancel(f, a) for f, a in zip(families[:6], made[:6], strict=True)),
            lambda: withdraw(world, day, "move"),
            *(lambda f=f, a=a: cancel(f, a) for f, a in zip(families[6:], made[6:], strict=True)),
        ]
    )

    # Who cancelled after being moved cancelled the moved appointment.
    assert set(ended) == {"ok"}
    assert await world.value("SELECT count(*) FROM appointments WHERE state = 'booked'") == 0
    assert await world.value("SELECT sum(taken) FROM agenda_days") == 0
    await assert_counted(world)


async def test_moving_a_day_against_booking_its_targets_puts_one_person_in_each_place(
    world: World,
) -> None:
    day = await world.day(slots=10, minutes=10)
    target = await world.day(day=TUESDAY, slots=12, minutes=10)
    for place in range(10):
        await booked(world, day, place)
    families = [await world.family() for _ in range(12)]

    async def book(number: int) -> bytes:
        return await world.book(families[number], target.slots[number])

    ended = await outcomes(
        [*(lambda n=n: book(n) for n in range(12)), lambda: withdraw(world, day, "move")]
    )

    assert set(ended) <= {"ok", "slot-taken"}
    assert ended[-1] == "ok"
    assert await world.value("SELECT count(*) FROM agenda_days WHERE taken > places") == 0
    await assert_counted(world)


async def test_two_days_moved_at_once_share_the_places_that_are_free(world: World) -> None:
    days = [await world.day(slots=6, minutes=10) for _ in range(2)]
    target = await world.day(day=TUESDAY, slots=9, minutes=10)
    for day in days:
        for place in range(6):
            await booked(world, day, place)

    ended = await outcomes([partial(withdraw, world, day, "move") for day in days])

    assert ended == ["ok", "ok"]
    assert await world.value("SELECT count(*) FROM appointments WHERE state = 'booked'") == 9
    taken = "SELECT taken FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(taken, target.agenda_id) == 9
    await assert_counted(world)


async def test_a_day_of_two_hundred_appointments_is_moved_well_inside_a_statements_time(
    world: World,
) -> None:
    day = await world.day(slots=200, minutes=5, opens=time(5))
    targets = [await world.day(day=date(2031, 3, 4 + n), slots=50, minutes=10) for n in range(5)]
    families = [await world.family() for _ in range(200)]
    for place in range(0, 200, 8):
        await asyncio.gather(*(booked(world, day, n, families[n]) for n in range(place, place + 8)))

    began = clock.perf_counter()
    answer = orjson.loads(await withdraw(world, day))
    seconds = clock.perf_counter() - began

    assert (answer["moved"], answer["cancelled"]) == (200, 0)
    assert len({item["to"]["slot_id"] for item in answer["items"]}) == 200
    assert seconds < 2.0
    assert await world.value("SELECT sum(taken) FROM agenda_days") == 200
    assert len(targets) == 5
    await assert_counted(world)
