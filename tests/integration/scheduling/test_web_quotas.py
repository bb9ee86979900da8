"""A day's web quota is changed (R-24): never below what is used, and that is said."""

from uuid import UUID

import orjson
import pytest
from builders.agendas import ADMINISTRATOR, assert_counted, booked, events, snapshot, withdraw
from builders.scheduling import NOW, World, outcomes

from scheduling.usecases.set_web_quota import set_web_quota
from shared.errors import DomainError
from shared.ids import uuid7


async def quota(world: World, agenda_id: UUID, figure: int, *, preview: bool = False) -> bytes:
    return await set_web_quota(
        world.database, ADMINISTRATOR, agenda_id, figure, preview=preview, now=NOW
    )


async def test_r_24_a_quota_below_what_is_used_is_refused_with_the_least_possible(
    world: World,
) -> None:
    day = await world.day(quota=4)
    await booked(world, day, 0)
    await booked(world, day, 1)

    with pytest.raises(DomainError, match="quota-below-used") as raised:
        await quota(world, day.agenda_id, 1)

    assert raised.value.members == {"least": 2}
    assert raised.value.detail == "El cupo mínimo posible es 2."
    answer = orjson.loads(await quota(world, day.agenda_id, 2))
    assert (answer["web_quota_before"], answer["web_quota"], answer["web_used"]) == (4, 2, 2)
    with pytest.raises(DomainError, match="web-quota-exhausted"):
        await world.book(await world.family(), day.slots[2])
    assert len(await events(world, "scheduling.agenda.published")) == 1
    await assert_counted(world)


async def test_a_quota_preview_changes_no_row_and_refuses_as_the_act_would(world: World) -> None:
    day = await world.day(quota=4)
    await booked(world, day, 0)
    before = await snapshot(world)

    shown = orjson.loads(await quota(world, day.agenda_id, 3, preview=True))
    with pytest.raises(DomainError, match="quota-below-used"):
        await quota(world, day.agenda_id, 0, preview=True)

    assert await snapshot(world) == before
    assert shown | {"preview": False} == orjson.loads(await quota(world, day.agenda_id, 3))


async def test_the_same_quota_again_tells_nobody(world: World) -> None:
    day = await world.day(quota=4)

    await quota(world, day.agenda_id, 4)

    assert await events(world, "scheduling.agenda.published") == []


async def test_a_quota_of_what_is_not_there_not_open_or_too_small_is_refused(
    world: World,
) -> None:
    day, gone = await world.day(slots=3), await world.day(slots=3)
    await withdraw(world, gone)

    for agenda_id, figure, slug in (
        (uuid7(), 1, "not-found"),
        (gone.agenda_id, 1, "agenda-withdrawn"),
        (day.agenda_id, 4, "invalid-request"),
    ):
        with pytest.raises(DomainError, match=slug):
            await quota(world, agenda_id, figure)


async def test_r_24_lowering_against_booking_never_passes_the_quota(world: World) -> None:
    day = await world.day(slots=20, minutes=10, quota=20)
    families = [await world.family() for _ in range(20)]

    ended = await outcomes(
        [
            *(lambda n=n: world.book(families[n], day.slots[n]) for n in range(10)),
            lambda: quota(world, day.agenda_id, 5),
            *(lambda n=n: world.book(families[n], day.slots[n]) for n in range(10, 20)),
        ]
    )

    assert set(ended) <= {"ok", "web-quota-exhausted", "quota-below-used"}
    used = await world.value("SELECT web_used FROM agenda_days")
    allowed = await world.value("SELECT web_quota FROM agenda_days")
    assert (allowed, used) == ((5, 5) if ended[10] == "ok" else (20, 20))
    await assert_counted(world)
