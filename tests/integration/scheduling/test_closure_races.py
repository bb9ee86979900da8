"""A closure is declared while its days are being published (R-31, R-32): none stays open."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from builders.agendas import ADMINISTRATOR, a_range, publish, staff_key
from builders.scheduling import GENERAL, MONDAY, NOW, UNIT, ZONE, World

from scheduling.repository import closures, publishing
from scheduling.usecases.close_days import Absence, Holiday, declare_absence, declare_holiday
from scheduling.usecases.plan_publication import plan_publication
from scheduling.usecases.publish_agendas import publish_agendas
from shared.ids import uuid7

NEXT = MONDAY + timedelta(days=7)
A_MOMENT = 0.2

Declare = Callable[[World, UUID], Awaitable[bytes]]


async def _absent(world: World, doctor_id: UUID) -> bytes:
    absence = Absence(doctor_id, NEXT, NEXT, "Curso", "move")
    return await declare_absence(
        world.database, staff_key("absences"), ADMINISTRATOR, absence, now=NOW
    )


async def _feast(world: World, _: UUID) -> bytes:
    feast = Holiday(NEXT, "Día de la unidad", UNIT, "move")
    return await declare_holiday(
        world.database, staff_key("holidays"), ADMINISTRATOR, feast, now=NOW
    )


async def _states(world: World, day: date) -> list[str]:
    async with world.database.connection() as connection:
        rows = await connection.fetch("SELECT state FROM agenda_days WHERE date = $1", day)
    return [row["state"] for row in rows]


@pytest.mark.parametrize("declare", [_absent, _feast])
async def test_r_31_a_closure_waits_for_who_is_publishing_and_closes_that_day_too(
    world: World, declare: Declare
) -> None:
    doctor_id = (await world.day()).doctor_id
    async with world.database.transaction() as tx:
        plan = await plan_publication(tx, a_range(doctor_id, NEXT), NOW, alone=True)
        declaring = asyncio.ensure_future(declare(world, doctor_id))
        await asyncio.sleep(A_MOMENT)
        early = declaring.done()
        added = await publishing.add_day(
            tx, uuid7(), doctor_id=doctor_id, service=GENERAL, unit=plan.unit, day=NEXT, now=NOW
        )
    await declaring

    assert not early
    assert added
    assert await _states(world, NEXT) == ["closing"]


async def test_r_31_who_publishes_waits_for_a_closure_and_leaves_its_day_out(world: World) -> None:
    doctor_id = (await world.day()).doctor_id
    async with world.database.transaction() as tx:
        await closures.hold(tx, declaring=True)
        by_staff = asyncio.ensure_future(publish(world, a_range(doctor_id, NEXT)))
        by_command = asyncio.ensure_future(
            publish_agendas(
                world.database,
                first=NEXT,
                last=NEXT,
                zone_of=lambda _: ZONE,
                is_holiday=lambda _: False,
                now=NOW,
            )
        )
        await asyncio.sleep(A_MOMENT)
        early = by_staff.done() or by_command.done()
        await closures.declare_holiday(
            tx, uuid7(), day=NEXT, unit=None, name="Día de todos", by=uuid7(), now=NOW
        )
    (day,) = await by_staff

    assert not early
    assert (day["result"], day["why"]) == ("skipped", "holiday")
    assert await by_command == 0
    assert await _states(world, NEXT) == []
