"""What people and staff of a town do: each act is attempted, and refusals are counted."""

import json
from datetime import date, time, timedelta
from uuid import UUID

from builders.agendas import ADMINISTRATOR, HORIZON, staff_key
from builders.scheduling import UNIT, Family, a_key
from builders.scheduling_town import Booked, Town, week
from scheduling.domain.staff import Reach
from scheduling.queries import appointments as reading
from scheduling.repository.withdrawals import Mode, Order
from scheduling.usecases.book_for_member import book_for_member
from scheduling.usecases.cancel_appointment import cancel_appointment
from scheduling.usecases.cancel_for_member import cancel_for_member
from scheduling.usecases.close_days import Absence, declare_absence
from scheduling.usecases.finish_withdrawals import PATIENCE, finish_withdrawals
from scheduling.usecases.lift_sanction import lift_sanction
from scheduling.usecases.mark_attendance import Mark, mark_attendance
from scheduling.usecases.move_appointment import Move, move_appointment
from scheduling.usecases.put_week import put_week
from scheduling.usecases.set_web_quota import set_web_quota
from scheduling.usecases.withdraw_day import Wanted, withdraw_day
from shared.audit import Actor
from shared.ids import uuid7

CLERK = Actor(uuid7(), "front_desk", UNIT)
AT_DESK = Reach(unit=UNIT)
REASON = "Motivo de la prueba"


async def cancel(town: Town, booked: Booked, *, channel: str = "web") -> bytes | None:
    """The family cancels; the preview read just before must have said what happens (R-29)."""
    async with town.database.connection() as connection:
        text = await reading.one(
            connection,
            appointment_id=booked.appointment_id,
            family_id=booked.family.family_id,
            now=town.now,
        )
    before = json.loads(text)["cancellation"]
    answer = await _cancel(town, booked, channel=channel)
    assert before["allowed"] is (answer is not None), before
    if answer is not None:
        sanction = json.loads(answer).get("sanction")
        assert before["would_sanction"] is (sanction is not None), (before, sanction)
        if sanction is not None:
            assert sanction == {"until": before["sanction_until"], "rule": before["rule"]}
            town.ended[f"sanction {before['rule']}"] += 1
    return answer


async def _cancel(town: Town, booked: Booked, *, channel: str) -> bytes | None:
    work = cancel_appointment(
        town.database,
        a_key(booked.family, f"cancel {booked.appointment_id}"),
        family_id=booked.family.family_id,
        appointment_id=booked.appointment_id,
        channel=channel,
        now=town.now,
    )
    return await town.attempt("cancel", work)


async def cancel_blindly(town: Town, booked: Booked) -> bytes | None:
    """The family cancels without having looked, at the same time as others act."""
    return await _cancel(town, booked, channel="mobile")


async def book_at_desk(town: Town, family: Family, member_id: UUID, slot_id: UUID) -> None:
    key = staff_key("POST /v1/staff/appointments", body=f"{member_id} {slot_id}".encode())
    work = book_for_member(
        town.database, key, CLERK, AT_DESK, member_id=member_id, slot_id=slot_id, now=town.now
    )
    answer = await town.attempt("book at desk", work)
    town.write(key.account_id, key.key, member_id, slot_id, answer)
    if answer is not None:
        town.booked.append(Booked(UUID(json.loads(answer)["id"]), family))


async def cancel_at_desk(town: Town, booked: Booked) -> None:
    work = cancel_for_member(
        town.database,
        staff_key(f"cancel {booked.appointment_id}"),
        CLERK,
        AT_DESK,
        appointment_id=booked.appointment_id,
        reason=REASON,
        now=town.now,
    )
    await town.attempt("cancel at desk", work)


async def mark(town: Town, booked: Booked, state: Mark) -> None:
    work = mark_attendance(
        town.database,
        CLERK,
        AT_DESK,
        appointment_id=booked.appointment_id,
        mark=state,
        reason=REASON,
        now=town.now,
    )
    await town.attempt(f"mark {state}", work)


async def move(town: Town, booked: Booked, slot_id: UUID) -> None:
    work = move_appointment(
        town.database,
        staff_key(f"move {booked.appointment_id}"),
        ADMINISTRATOR,
        Reach(),
        Move(booked.appointment_id, slot_id, REASON),
        now=town.now,
    )
    await town.attempt("move", work)


async def lift(town: Town, sanction_id: UUID) -> None:
    work = lift_sanction(
        town.database,
        staff_key(f"lift {sanction_id}"),
        CLERK,
        AT_DESK,
        sanction_id=sanction_id,
        reason=REASON,
        now=town.now,
    )
    await town.attempt("lift", work)


async def withdraw(town: Town, doctor: int, day: date, mode: Mode) -> None:
    doctor_id, service = town.doctors[doctor]
    work = withdraw_day(
        town.database,
        staff_key("withdraw"),
        ADMINISTRATOR,
        Wanted(doctor_id, service, day, Order(mode, "withdrawal", REASON)),
        horizon_on=lambda _: HORIZON,
        now=town.now,
    )
    await town.attempt("withdraw", work)


async def be_absent(town: Town, doctor: int, day: date, mode: Mode) -> None:
    """The days are closed now; the job empties them once `finish` is called."""
    doctor_id, _ = town.doctors[doctor]
    absence = Absence(doctor_id, day, day + timedelta(days=1), REASON, mode)
    key = staff_key("absence")
    work = declare_absence(town.database, key, ADMINISTRATOR, absence, now=town.now)
    await town.attempt("absence", work)


async def finish(town: Town) -> None:
    """What the job does once the requests have had their time."""
    town.now += PATIENCE + timedelta(seconds=1)
    await finish_withdrawals(town.database, horizon_on=lambda _: HORIZON, now=town.now)
    town.ended["finish ok"] += 1


async def set_quota(town: Town, doctor: int, day: date, quota: int) -> None:
    async with town.database.connection() as connection:
        agenda_id = await connection.fetchval(
            "SELECT agenda_id FROM agenda_days WHERE doctor_id = $1 AND date = $2",
            town.doctors[doctor][0],
            day,
        )
    if agenda_id is not None:
        work = set_web_quota(
            town.database, ADMINISTRATOR, agenda_id, quota, preview=False, now=town.now
        )
        await town.attempt("set quota", work)


async def change_hours(town: Town, doctor: int, first: date, closes: time, quota: int) -> None:
    """Another week for the doctor, and it is published."""
    doctor_id, service = town.doctors[doctor]
    opens = time(8) if doctor < len(town.doctors) - 1 else time(8, 10)
    hours = [week(doctor_id, service, opens, closes, quota)]
    await put_week(town.database, ADMINISTRATOR, doctor_id, hours, now=town.now)
    await town.publish(doctor, first)
