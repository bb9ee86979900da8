"""Staff move one appointment (R-32, R-24): by the same rules as a whole day's."""

from datetime import time, timedelta
from uuid import UUID

import orjson
import pytest
from builders.agendas import (
    ADMINISTRATOR,
    assert_counted,
    booked,
    events,
    move,
    snapshot,
    withdraw,
)
from builders.scheduling import (
    MONDAY,
    NOW,
    OTHER_UNIT,
    UNIT,
    Family,
    World,
    a_key,
    local,
    outcomes,
)

from scheduling.domain.staff import Reach
from scheduling.usecases.cancel_appointment import cancel_appointment
from scheduling.usecases.move_appointment import Move, preview_move
from shared.errors import DomainError

TUESDAY = MONDAY + timedelta(days=1)


async def refused(world: World, appointment_id: UUID, slot_id: UUID, **given: object) -> str:
    before = await snapshot(world)
    with pytest.raises(DomainError) as raised:
        await move(world, appointment_id, slot_id, **given)  # type: ignore[arg-type]  # passed through
    assert await snapshot(world) == before
    return raised.value.slug


async def test_r_24_a_move_keeps_the_folio_and_takes_a_desk_place(world: World) -> None:
    day, target = await world.day(quota=2), await world.day(day=TUESDAY, quota=0)
    appointment = await booked(world, day, 0)
    folio = await world.value("SELECT folio FROM appointments")

    answer = orjson.loads(await move(world, appointment, target.slots[1]))

    assert answer["from"] == "2031-03-03T08:00:00-08:00"
    assert answer["to"]["starts_at"] == "2031-03-04T08:20:00-08:00"
    row = "SELECT (folio, version, described_version, web_place, by)::text FROM appointments"
    assert await world.value(row) == f"({folio},2,2,f,staff)"
    counters = "SELECT array_agg(taken || '/' || web_used ORDER BY date) FROM agenda_days"
    assert await world.value(counters) == ["0/0", "1/0"]
    (fact,) = await events(world, "scheduling.appointment.moved")
    assert fact["starts_at"] == local(TUESDAY, 8, 20).isoformat().replace("+00:00", "Z")
    assert (fact["by"], fact["reason"], fact["state"]) == ("staff", None, "booked")
    assert await world.value("SELECT count(*) FROM outbox WHERE body LIKE '%pedido%'") == 0
    await assert_counted(world)
    # The slot that was left is free for the web again, within its quota.
    await world.book(await world.family(), day.slots[0])
    await assert_counted(world)


async def test_a_move_within_the_day_and_doctor_leaves_the_private_history_alone(
    world: World,
) -> None:
    day = await world.day()
    appointment = await booked(world, day, 0)

    await move(world, appointment, day.slots[3])

    row = "SELECT (version, described_version)::text FROM appointments"
    assert await world.value(row) == "(2,1)"
    assert await world.value("SELECT (taken, web_used)::text FROM agenda_days") == "(1,0)"
    await assert_counted(world)


async def test_a_preview_of_a_move_changes_no_row(world: World) -> None:
    day, target = await world.day(), await world.day(day=TUESDAY)
    appointment = await booked(world, day, 0)
    before = await snapshot(world)
    wanted = Move(appointment, target.slots[0], "Cambio")

    shown = await preview_move(world.database, ADMINISTRATOR, Reach(), wanted, now=NOW)

    assert await snapshot(world) == before
    done = await move(world, appointment, target.slots[0])
    assert orjson.loads(shown) | {"preview": False} == orjson.loads(done)


async def test_a_move_repeated_with_its_key_is_answered_the_same_and_done_once(
    world: World,
) -> None:
    day, target = await world.day(), await world.day(day=TUESDAY)
    appointment = await booked(world, day, 0)

    first = await move(world, appointment, target.slots[0], key="una")

    assert await move(world, appointment, target.slots[0], key="una") == first
    assert len(await events(world, "scheduling.appointment.moved")) == 1


async def test_a_move_is_refused_where_a_desk_booking_would_be(world: World) -> None:
    family, lapsing = await world.family(), await world.family(valid_to=MONDAY)
    day, target = await world.day(), await world.day(day=TUESDAY)
    dental = await world.day(day=TUESDAY, service="odontologia", opens=time(9))
    elsewhere = await world.day(day=TUESDAY, unit=OTHER_UNIT)
    far = await world.day(day=MONDAY + timedelta(days=40))
    overlapping = await world.day(day=TUESDAY, slots=2, opens=time(9))
    closed = await world.day(day=TUESDAY, opens=time(13))
    appointment, lapsed = await booked(world, day, 0, family), await booked(world, day, 1, lapsing)
    await world.book(family, dental.slots[0])
    await booked(world, target, 0)
    await withdraw(world, closed)

    assert await refused(world, appointment, target.slots[0]) == "slot-taken"
    assert await refused(world, appointment, overlapping.slots[0]) == "member-busy"
    assert await refused(world, appointment, dental.slots[3]) == "invalid-request"
    assert await refused(world, appointment, elsewhere.slots[0]) == "invalid-request"
    assert await refused(world, appointment, far.slots[0]) == "slot-unavailable"
    assert await refused(world, appointment, closed.slots[0]) == "slot-unavailable"
    assert await refused(world, appointment, appointment) == "not-found"
    assert await refused(world, target.slots[0], target.slots[1]) == "not-found"
    assert await refused(world, lapsed, target.slots[1]) == "not-covered"
    late = {"now": day.starts[0]}
    assert await refused(world, appointment, target.slots[1], **late) == "not-movable"


async def test_r_33_another_units_appointment_is_not_there(world: World) -> None:
    day, target = await world.day(), await world.day(day=TUESDAY)
    appointment = await booked(world, day, 0)

    away = Reach(unit=OTHER_UNIT)
    assert await refused(world, appointment, target.slots[0], reach=away) == "not-found"
    await move(world, appointment, target.slots[0], reach=Reach(unit=UNIT))


async def cancel(world: World, family: Family, appointment_id: UUID) -> bytes:
    return await cancel_appointment(
        world.database,
        a_key(family, f"POST /v1/appointments/{appointment_id}/cancellation"),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=NOW,
    )


async def test_a_cancelled_appointment_is_not_moved(world: World) -> None:
    family, day, target = await world.family(), await world.day(), await world.day(day=TUESDAY)
    appointment = await booked(world, day, 0, family)
    await cancel(world, family, appointment)

    assert await refused(world, appointment, target.slots[0]) == "already-cancelled"


async def test_moving_against_booking_the_target_puts_one_person_there(world: World) -> None:
    day, target = await world.day(slots=12, minutes=10), await world.day(day=TUESDAY, slots=1)
    made = [await booked(world, day, place) for place in range(10)]
    families = [await world.family() for _ in range(10)]

    ended = await outcomes(
        [
            work
            for one, family in zip(made, families, strict=True)
            for work in (
                lambda a=one: move(world, a, target.slots[0]),
                lambda f=family: world.book(f, target.slots[0]),
            )
        ]
    )

    assert ended.count("ok") == 1
    assert ended.count("slot-taken") == 19
    taken = "SELECT taken FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(taken, target.agenda_id) == 1
    await assert_counted(world)


async def test_two_that_would_change_places_end_without_deadlock(world: World) -> None:
    day, other = await world.day(), await world.day(day=TUESDAY)
    first, second = await booked(world, day, 0), await booked(world, other, 0)

    ended = await outcomes(
        [lambda: move(world, first, other.slots[0]), lambda: move(world, second, day.slots[0])]
    )

    assert "slot-taken" in ended
    assert set(ended) <= {"ok", "slot-taken"}
    await assert_counted(world)


async def test_moving_against_withdrawing_the_target_leaves_nobody_there(world: World) -> None:
    day = await world.day(slots=6)
    target, spare = await world.day(day=TUESDAY), await world.day(day=TUESDAY, opens=time(11))
    made = [await booked(world, day, place) for place in range(6)]

    ended = await outcomes(
        [
            *(lambda n=n: move(world, made[n], target.slots[n]) for n in range(6)),
            lambda: withdraw(world, target, "move"),
        ]
    )

    assert set(ended) <= {"ok", "slot-unavailable"}
    assert ended[-1] == "ok"
    taken = "SELECT taken FROM agenda_days WHERE agenda_id = $1"
    assert await world.value(taken, target.agenda_id) == 0
    moved_on = await world.value(taken, spare.agenda_id)
    assert moved_on == ended[:6].count("ok")
    await assert_counted(world)
