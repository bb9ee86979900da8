"""What SQL finds against each guard, in a database whose own guards were taken away."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest
from builders.scheduling import PROFILE, World
from databases import Database as Made

from deploy.local.balance import rows
from scheduling.usecases.adopt_profile import adopt_profile
from shared.database import open_database
from shared.ids import uuid7

NONE: dict[str, tuple[str, ...]] = dict.fromkeys(rows.GUARDS, ())


@dataclass(frozen=True, slots=True)
class Ledger:
    """A scheduling database with two bookings of one day, and its owner's login."""

    url: str
    owner: asyncpg.Connection
    agenda_id: UUID
    first: UUID
    second: UUID


@pytest.fixture
async def ledger(
    new_database: Callable[[str], Awaitable[Made]],
) -> AsyncIterator[Ledger]:
    made = await new_database("scheduling")
    async with open_database(made.app_url, name="test", size=2) as database:
        await adopt_profile(database, PROFILE)
        world = World(database)
        day = await world.day(slots=4, quota=2)
        for slot_id in day.slots[:2]:
            await world.book(await world.family(), slot_id)
    owner = await asyncpg.connect(made.owner_url)
    booked = await owner.fetch("SELECT appointment_id FROM appointments ORDER BY starts_at")
    first, second = (row["appointment_id"] for row in booked)
    yield Ledger(made.owner_url, owner, day.agenda_id, first, second)
    await owner.close()


async def offending(ledger: Ledger) -> set[str]:
    """The names of the guards against which something was found."""
    return {name for name, found in (await rows.guards(ledger.url)).items() if found}


async def test_bookings_made_by_the_rules_offend_against_nothing(ledger: Ledger) -> None:
    assert await rows.guards(ledger.url) == NONE


async def test_r_23_a_doctor_with_two_people_at_a_time_is_found(ledger: Ledger) -> None:
    await ledger.owner.execute("DROP INDEX appointments_one_per_doctor_and_time")
    await ledger.owner.execute(
        "UPDATE appointments SET starts_at = other.starts_at FROM appointments AS other"
        " WHERE appointments.appointment_id = $1 AND other.appointment_id = $2",
        ledger.first,
        ledger.second,
    )
    assert await offending(ledger) == {"slots_twice"}


async def test_r_23_a_member_in_two_places_at_a_time_is_found(ledger: Ledger) -> None:
    await ledger.owner.execute(
        "ALTER TABLE appointments DROP CONSTRAINT appointments_no_overlap_per_member"
    )
    await ledger.owner.execute(
        "UPDATE appointments SET member_id = other.member_id, ends_at = other.ends_at"
        " FROM appointments AS other"
        " WHERE appointments.appointment_id = $1 AND other.appointment_id = $2",
        ledger.first,
        ledger.second,
    )
    assert await offending(ledger) == {"members_twice"}


async def test_r_24_more_web_places_than_the_quota_are_found_whatever_the_counter_says(
    ledger: Ledger,
) -> None:
    await ledger.owner.execute(
        "UPDATE agenda_days SET web_quota = 1, web_used = 1 WHERE agenda_id = $1", ledger.agenda_id
    )
    found = await rows.guards(ledger.url)
    assert found["quotas_exceeded"] == (str(ledger.agenda_id),)
    assert found["counters_wrong"] == (str(ledger.agenda_id),)


@pytest.mark.parametrize("counter", ["taken = taken + 1", "web_used = web_used - 1"])
async def test_a_counter_that_is_not_its_count_is_found(ledger: Ledger, counter: str) -> None:
    await ledger.owner.execute(
        f"UPDATE agenda_days SET {counter} WHERE agenda_id = $1", ledger.agenda_id
    )
    assert await offending(ledger) == {"counters_wrong"}


@pytest.mark.parametrize("mark", ["NULL", "gen_random_uuid()"])
async def test_a_slot_that_does_not_know_its_appointment_is_found(
    ledger: Ledger, mark: str
) -> None:
    await ledger.owner.execute(
        f"UPDATE slots SET appointment_id = {mark} WHERE appointment_id = $1", ledger.first
    )
    assert await offending(ledger) == {"marks_wrong"}


async def test_a_free_slot_that_is_marked_taken_is_found(ledger: Ledger) -> None:
    await ledger.owner.execute(
        "UPDATE slots SET appointment_id = $1"
        " WHERE slot_id = (SELECT slot_id FROM slots WHERE appointment_id IS NULL LIMIT 1)",
        uuid7(),
    )
    assert await offending(ledger) == {"marks_wrong"}


async def test_what_stood_before_a_run_is_none_of_its_rows(
    ledger: Ledger, new_database: Callable[[str], Awaitable[Made]]
) -> None:
    identity = await new_database("identity")
    databases = {"scheduling": ledger.url, "identity": identity.owner_url}
    assert await rows.known(ledger.url) == {ledger.first, ledger.second}
    (row,) = await rows.since(databases, frozenset({ledger.first}))
    assert (row.appointment_id, row.state, row.email) == (ledger.second, "booked", None)
    assert await rows.since(databases, frozenset({ledger.first, ledger.second})) == ()
