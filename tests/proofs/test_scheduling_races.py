"""Many at once on one thing: what may happen once happens once, and the books balance after it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import time, timedelta

import asyncpg
import pytest
from builders.racing import Figures, booked, booking, cancelling, race, told
from builders.scheduling import MONDAY, PROFILE, DoctorDay, World, local
from checker.invariants import check
from databases import Database as Made
from proofs.sizes import size

from scheduling.usecases.adopt_profile import adopt_profile
from shared.database import open_database

CLIENTS = size(40, 200)
SLACK = timedelta(seconds=5)


@pytest.fixture
async def made(new_database: Callable[[str], Awaitable[Made]]) -> Made:
    return await new_database("scheduling")


@pytest.fixture
async def world(made: Made) -> AsyncIterator[World]:
    """The checker has the last word on every race."""
    async with open_database(made.app_url, name="test", size=8) as database:
        await adopt_profile(database, PROFILE)
        yield World(database)
    owner = await asyncpg.connect(made.owner_url)
    try:
        found = await check(owner, slack=SLACK)
    finally:
        await owner.close()
    assert not any(found.values()), found


async def counters(world: World, day: DoctorDay) -> object:
    sql = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"
    return await world.value(sql, day.agenda_id)


async def test_r_23_one_slot(world: World, figures: Figures) -> None:
    day = await world.day()
    families = [await world.family() for _ in range(CLIENTS)]

    ended = await race([booking(world, family, day.slots[0]) for family in families])

    told(figures, "one slot", ended)
    assert ended == {"ok": 1, "slot-taken": CLIENTS - 1}
    assert await counters(world, day) == "(1,1)"


async def test_r_24_one_quota(world: World, figures: Figures) -> None:
    quota = CLIENTS // 10
    day = await world.day(slots=CLIENTS, quota=quota, minutes=5, opens=time(5))
    families = [await world.family() for _ in range(CLIENTS)]

    ended = await race(
        [booking(world, family, slot) for family, slot in zip(families, day.slots, strict=True)]
    )

    told(figures, f"a quota of {quota}", ended)
    assert ended == {"ok": quota, "web-quota-exhausted": CLIENTS - quota}
    assert await counters(world, day) == f"({quota},{quota})"


async def test_r_23_one_member(world: World, figures: Figures) -> None:
    family = await world.family()
    days = [await world.day(slots=1) for _ in range(CLIENTS)]

    ended = await race([booking(world, family, day.slots[0]) for day in days])

    told(figures, "one member, as many doctors", ended)
    assert ended == {"ok": 1, "member-busy": CLIENTS - 1}


async def test_r_25_one_members_limits(world: World, figures: Figures) -> None:
    family = await world.family()
    days = [
        await world.day(
            slots=1, day=MONDAY + timedelta(days=place % 20), opens=time(6 + place // 20)
        )
        for place in range(CLIENTS)
    ]

    ended = await race([booking(world, family, day.slots[0]) for day in days])

    told(figures, "one member, as many days and hours", ended)
    most = PROFILE.policies[0].max_active
    assert ended == {"ok": most, "limit-reached": CLIENTS - most}


async def test_r_27_cancel_against_cancel(world: World, figures: Figures) -> None:
    family, day = await world.family(), await world.day(quota=1)
    appointment = await booked(world, family, day)

    ended = await race([cancelling(world, family, appointment) for _ in range(CLIENTS)])

    told(figures, "cancel against cancel", ended)
    assert ended == {"ok": 1, "already-cancelled": CLIENTS - 1}
    assert await counters(world, day) == "(0,0)"
    await world.book(await world.family(), day.slots[0])


async def test_r_27_cancel_against_book(world: World, figures: Figures) -> None:
    family, day = await world.family(), await world.day(quota=1)
    appointment = await booked(world, family, day)
    others = [await world.family() for _ in range(CLIENTS - 1)]
    acts = [booking(world, other, day.slots[0]) for other in others]
    acts.insert(CLIENTS // 2, cancelling(world, family, appointment))

    ended = await race(acts)

    told(figures, "one cancels, the others want the slot", ended)
    assert set(ended) <= {"ok", "slot-taken", "web-quota-exhausted"}
    taken = ended["ok"] - 1
    assert taken in {0, 1}
    assert await counters(world, day) == f"({taken},{taken})"
    # Whoever comes after them all gets it, unless one of them did.
    again = await race([booking(world, await world.family(), day.slots[0])])
    assert again == ({"slot-taken": 1} if taken else {"ok": 1})


async def test_r_28_the_third_cancellation_by_all_at_once(world: World, figures: Figures) -> None:
    """Two were cancelled this week; everybody cancels the same third."""
    family = await world.family(size=3)
    day = await world.day(day=MONDAY + timedelta(days=8))
    made = [await booked(world, family, day, place) for place in range(3)]
    assert await race([cancelling(world, family, one) for one in made[:2]]) == {"ok": 2}

    ended = await race([cancelling(world, family, made[2]) for _ in range(CLIENTS)])

    told(figures, "the third cancellation of a week", ended)
    assert ended == {"ok": 1, "already-cancelled": CLIENTS - 1}
    await one_sanction(world, figures)


async def test_r_28_the_second_and_third_cancellation_in_parallel(
    world: World, figures: Figures
) -> None:
    """One was cancelled this week; half of the clients cancel the second, half the third."""
    family = await world.family(size=3)
    day = await world.day(day=MONDAY + timedelta(days=8))
    made = [await booked(world, family, day, place) for place in range(3)]
    assert await race([cancelling(world, family, made[0])]) == {"ok": 1}

    ended = await race([cancelling(world, family, made[1 + place % 2]) for place in range(CLIENTS)])

    told(figures, "the second and the third in parallel", ended)
    assert ended == {"ok": 2, "already-cancelled": CLIENTS - 2}
    await one_sanction(world, figures)


async def one_sanction(world: World, figures: Figures) -> None:
    rows = await world.value("SELECT count(*) FROM sanctions")
    events = "SELECT count(*) FROM outbox WHERE routing_key = 'scheduling.sanction.imposed'"
    published = await world.value(events)
    figures(f"{rows} sanction, {published} event of it")
    assert (rows, published) == (1, 1)


async def test_r_28_cancelling_into_a_sanction_against_booking(
    world: World, figures: Figures
) -> None:
    """A late cancellation and the family's other bookings: each comes wholly before or after."""
    family = await world.family(size=CLIENTS)
    today = await world.day(day=MONDAY - timedelta(days=2), opens=time(11))
    later = await world.day(slots=CLIENTS, minutes=5, opens=time(5))
    late = await booked(world, family, today)
    acts = [
        booking(world, family, later.slots[place], family.members[place])
        for place in range(1, CLIENTS)
    ]
    acts.insert(CLIENTS // 2, cancelling(world, family, late))

    ended = await race(acts)

    told(figures, "one cancellation sanctions, the family's others book", ended)
    assert set(ended) <= {"ok", "sanctioned"}
    assert await world.value("SELECT count(*) FROM sanctions") == 1
    assert await race([booking(world, family, later.slots[0])]) == {"sanctioned": 1}
    assert local(MONDAY, 5) == later.starts[0]
