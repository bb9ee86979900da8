"""Races on scheduling's use cases: everybody at once, and how each ended."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from builders.scheduling import NOW, DoctorDay, Family, World, a_key
from scheduling.usecases.cancel_appointment import cancel_appointment
from shared.errors import DomainError
from shared.ids import uuid7

Figures = Callable[[str], None]
Act = Callable[[str], Awaitable[bytes]]
"""What is done under a key."""


async def race(acts: list[Act]) -> Counter[str]:
    """All at once, each with a key of its own; who is told to come back does, with the same key."""

    async def run(act: Act) -> str:
        key = str(uuid7())
        while True:
            try:
                await act(key)
            except DomainError as refusal:
                if refusal.retry_after is None:
                    return refusal.slug
                await asyncio.sleep(refusal.retry_after / 10)
            else:
                return "ok"

    return Counter(await asyncio.gather(*(run(act) for act in acts)))


def told(figures: Figures, what: str, ended: Counter[str]) -> None:
    counts = ", ".join(f"{times} {slug}" for slug, times in sorted(ended.items()))
    figures(f"{what}, {ended.total()} clients: {counts}")


def booking(world: World, family: Family, slot_id: UUID, member_id: UUID | None = None) -> Act:
    return lambda key: world.book(family, slot_id, key=key, member_id=member_id)


def cancelling(world: World, family: Family, appointment_id: UUID) -> Act:
    return lambda key: cancel_appointment(
        world.database,
        a_key(family, f"cancel {appointment_id}", key=key),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=NOW,
    )


async def booked(world: World, family: Family, day: DoctorDay, place: int = 0) -> UUID:
    member = family.members[place % len(family.members)]
    answer = await world.book(family, day.slots[place], member_id=member)
    return UUID(json.loads(answer)["id"])
