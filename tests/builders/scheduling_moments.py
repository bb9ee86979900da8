"""Acts at a given second: who books or cancels around the instants that a rule names."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from builders.scheduling import MONDAY, Family, World, a_key, outcomes
from scheduling.usecases.cancel_appointment import cancel_appointment

SECONDS = (-1, 0, 1)


def around(instant: datetime, seconds: int) -> datetime:
    return instant + timedelta(seconds=seconds)


async def ends(world: World, family: Family, slot_id: UUID, now: datetime, **more: Any) -> str:
    (outcome,) = await outcomes([lambda: world.book(family, slot_id, now=now, **more)])
    return outcome


async def booked(
    world: World, family: Family, day: date = MONDAY, *, member: int = 0, **more: Any
) -> UUID:
    made = await world.day(day=day, **more)
    early = made.starts[0] - timedelta(days=20)
    member_id = family.members[member]
    answer = await world.book(family, made.slots[0], member_id=member_id, now=early)
    return UUID(json.loads(answer)["id"])


async def cancelled(world: World, family: Family, appointment_id: UUID, now: datetime) -> Any:
    answer = await cancel_appointment(
        world.database,
        a_key(family, f"cancel {appointment_id}"),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=now,
    )
    return json.loads(answer)


async def cancelling(world: World, family: Family, appointment_id: UUID, now: datetime) -> str:
    async def cancel() -> bytes:
        await cancelled(world, family, appointment_id, now)
        return b""

    return (await outcomes([cancel]))[0]
