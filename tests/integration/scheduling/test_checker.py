"""The checker itself: silent about a clean run, and each invariant broken on purpose is found."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from builders.broken_books import BROKEN
from builders.scheduling import MONDAY, NOW, PROFILE, Family, World, a_key
from checker.invariants import INVARIANTS, offenders
from checker.journal import Line, digest
from checker.run import Run
from databases import Database as Made

from scheduling.usecases.adopt_profile import adopt_profile
from scheduling.usecases.cancel_appointment import cancel_appointment
from shared.database import open_database
from shared.ids import uuid7

ROOT = Path(__file__).resolve().parents[3]
TODAY = MONDAY - timedelta(days=2)


@dataclass(slots=True)
class Scene:
    """A run that went well, in a database whose owner may break what holds it together."""

    world: World
    owner: asyncpg.Connection
    made: Made
    family: Family
    journal: list[Line]
    appointments: list[UUID]

    async def found(self) -> set[str]:
        return await self.found_after("SELECT")

    async def found_after(self, statements: str) -> set[str]:
        """The invariants that fail once the statements have run; nothing of them stays."""
        transaction = self.owner.transaction()
        await transaction.start()
        try:
            await self.owner.execute(statements)
            listed = await offenders(Run(self.owner, self.journal))
        finally:
            await transaction.rollback()
        return {name for name, found in listed.items() if found}


async def cancel(world: World, family: Family, appointment_id: UUID) -> None:
    await cancel_appointment(
        world.database,
        a_key(family, f"cancel {appointment_id}"),
        family_id=family.family_id,
        appointment_id=appointment_id,
        channel="web",
        now=NOW,
    )


@pytest.fixture
async def scene(new_database: Callable[[str], Awaitable[Made]]) -> AsyncIterator[Scene]:
    """Three booked by web, one cancelled late, one specialty, one refused, one never answered."""
    made = await new_database("scheduling")
    owner = await asyncpg.connect(made.owner_url)
    async with open_database(made.app_url, name="test", size=4) as database:
        await adopt_profile(database, PROFILE)
        world = World(database)
        family, other = await world.family(size=3), await world.family()
        day, today = await world.day(), await world.day(day=TODAY, opens=time(11))
        specialty = await world.day(service="ginecologia", opens=time(15))
        await world.refer(family.holder, "ginecologia", MONDAY)
        journal, appointments = [], []

        async def booked(slot: UUID, member: int) -> None:
            key, member_id = str(uuid7()), family.members[member]
            answer = await world.book(family, slot, member_id=member_id, key=key)
            appointments.append(UUID(json.loads(answer)["id"]))
            journal.append(
                Line(
                    key=key,
                    outcome="ok",
                    account_id=family.account_id,
                    appointment_id=appointments[-1],
                    member_id=member_id,
                    slot_id=slot,
                    answer=digest(answer),
                )
            )

        for member, slot in enumerate(day.slots[:3]):
            await booked(slot, member)
        await booked(specialty.slots[0], 0)
        await booked(today.slots[0], 1)
        await cancel(world, family, appointments[-1])
        await world.book(other, day.slots[3])
        journal.append(Line(key="lost", outcome="info", account_id=other.account_id))
        journal.append(Line(key="refused", outcome="fail", account_id=other.account_id))
        yield Scene(world, owner, made, family, journal, appointments)
    await owner.close()


async def test_a_run_that_went_well_has_nothing_to_say(scene: Scene) -> None:
    assert await scene.found() == set()


async def test_what_is_broken_on_purpose_is_found_each_time(scene: Scene) -> None:
    missed = {}
    for what, statements in BROKEN.items():
        found = await scene.found_after(statements)
        if what.partition(" ")[0] not in found:
            missed[what] = found

    assert missed == {}


def test_every_invariant_is_broken_at_least_once() -> None:
    assert {what.partition(" ")[0] for what in BROKEN} == set(INVARIANTS)


async def test_b4_a_refused_key_that_has_an_appointment_is_found(scene: Scene) -> None:
    first = scene.journal[0]
    scene.journal[:] = [first.model_copy(update={"outcome": "fail", "appointment_id": None})]

    assert await scene.found() == {"B4"}


async def test_b5_two_answers_for_one_key_are_found(scene: Scene) -> None:
    scene.journal.append(scene.journal[0].model_copy(update={"answer": digest(b"another")}))

    assert await scene.found() == {"B5"}


async def test_b8_the_third_of_a_week_that_goes_free_is_found(scene: Scene) -> None:
    for appointment_id in scene.appointments[:2]:
        await cancel(scene.world, scene.family, appointment_id)
    assert await scene.found() == set()

    # All three were at one instant: the late one may have been the third. One by one, it was not.
    assert await scene.found_after("DELETE FROM sanctions WHERE rule = 'weekly'") == set()
    one_by_one = f"""
        UPDATE appointments SET cancelled_at = cancelled_at + interval '1 s' * place
        FROM (VALUES ('{scene.appointments[0]}'::uuid, 1), ('{scene.appointments[1]}', 2))
            AS given (id, place) WHERE id = appointment_id;
        UPDATE sanctions SET until = until + interval '2 s' WHERE rule = 'weekly';
    """
    assert await scene.found_after(one_by_one) == set()
    gone = f"{one_by_one} DELETE FROM sanctions WHERE rule = 'weekly'"
    assert await scene.found_after(gone) == {"B8"}
    another = f"""
        {one_by_one}
        UPDATE sanctions SET appointment_id = '{scene.appointments[0]}' WHERE rule = 'weekly'
    """
    assert await scene.found_after(another) == {"B8"}


async def test_the_command_prints_each_invariant_and_exits_by_what_it_found(
    scene: Scene, tmp_path: Path
) -> None:
    journal = tmp_path / "journal.jsonl"
    other = '{"kind": "ended", "request": 1}\n'
    journal.write_text(other + "".join(f"{line.model_dump_json()}\n" for line in scene.journal))

    async def run() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.checker", scene.made.owner_url),
            *("--journal", str(journal)),
            cwd=ROOT,
            env={**os.environ},
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    clean = await run()
    await scene.owner.execute("UPDATE agenda_days SET web_used = 0")
    broken = await run()

    assert clean[0] == 0, clean[1]
    assert [line.split()[:2] for line in clean[1].splitlines()] == [
        [name, "0"] for name in INVARIANTS
    ]
    assert broken[0] == 1
    assert "B3      2" in broken[1]
