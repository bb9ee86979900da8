"""Failing to log in: slower each time, never for ever, and nobody else stalls (R-08)."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from builders.identity import EMAIL, World, running, settings
from builders.pace import within
from builders.roll import FAMILY, INSTITUTE, NUMBER
from databases import Database

from identity.parts import PASSWORDS


@pytest.mark.parametrize("username", [NUMBER, "98765432"], ids=["known", "unknown"])
async def test_r_08_the_delay_begins_at_the_fifth_failure_and_doubles_whoever_it_is(
    world: World, username: str
) -> None:
    await world.activated()
    for _ in range(5):
        assert (await world.log_in(username, "incorrecta")).status == 401

    delayed = await world.log_in(username, "incorrecta")

    assert (delayed.status, delayed.slug) == (429, "too-many-requests")
    assert delayed.headers["Retry-After"] == "10"
    world.clock.forward(seconds=10)
    assert (await world.log_in(username, "incorrecta")).status == 401
    assert (await world.log_in(username, "incorrecta")).headers["Retry-After"] == "20"


async def test_r_08_an_account_is_delayed_by_whichever_name_it_was_tried(world: World) -> None:
    password = await world.activated()
    for name in (NUMBER, EMAIL, EMAIL.upper(), NUMBER, EMAIL):
        assert (await world.log_in(name, "incorrecta")).status == 401

    assert (await world.log_in(EMAIL, password)).status == 429
    assert (await world.log_in(NUMBER, password)).status == 429


async def test_l_6_during_the_delay_not_even_the_right_password_is_looked_at(
    world: World,
) -> None:
    password = await world.activated()
    for _ in range(5):
        await world.log_in(NUMBER, "incorrecta")

    assert (await world.log_in(NUMBER, password)).status == 429
    assert (await world.log_in(EMAIL, password)).status == 429
    world.clock.forward(seconds=10)
    assert (await world.log_in(NUMBER, password)).status == 201
    # Success forgets the failures.
    for _ in range(4):
        assert (await world.log_in(NUMBER, "incorrecta")).status == 401
    assert (await world.log_in(NUMBER, password)).status == 201


async def test_of_ten_thousand_guesses_in_a_day_at_most_a_hundred_and_ten_are_evaluated(
    world: World,
) -> None:
    """Each guess waits exactly as long as it is told: nobody can be faster."""
    began, evaluated = world.clock(), 0
    while world.clock() - began < timedelta(hours=24):
        answer = await world.log_in("98765432", "adivinada")
        if answer.status == 401:
            evaluated += 1
        else:
            world.clock.forward(seconds=int(answer.headers["Retry-After"]))

    assert evaluated <= 110


async def test_a_volley_on_one_name_is_evaluated_no_more_than_there_are_turns(
    world: World,
) -> None:
    await world.activated()

    answers = await asyncio.gather(*(world.log_in(NUMBER, "mala") for _ in range(200)))

    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {401, 429, 503}
    assert statuses.count(401) <= 5 + 16


async def test_r_08_an_address_only_slows_and_only_after_a_hundred_failures(
    world: World,
) -> None:
    await world.activated()
    address = {"Sisa-Client-Address": "192.0.2.7"}

    for place in range(100):
        failed = await world.log_in(f"7{place:07}", "mala", **address)
        assert failed.status == 401
    slowed = await world.log_in("70000100", "mala", **address)
    elsewhere = await world.log_in("70000100", "mala")

    assert (slowed.status, slowed.headers["Retry-After"]) == (429, "1")
    assert elsewhere.status == 401
    world.clock.forward(seconds=1)
    assert (await world.log_in("70000101", "mala", **address)).status == 401


async def test_an_invented_address_is_no_address(world: World) -> None:
    answer = await world.log_in("98765432", "mala", **{"Sisa-Client-Address": "'; DROP TABLE"})

    assert answer.status == 401


async def test_a_full_queue_answers_at_once_and_says_when_to_come_back(world: World) -> None:
    passwords = world.app[PASSWORDS]
    # A hash that takes a minute leaves room for the fewest that may ever wait: eight.
    passwords._seconds = 60.0

    async with AsyncExitStack() as turns:
        taken = os.cpu_count() or 1
        for _ in range(taken):
            await turns.enter_async_context(passwords.slot())
        waiting = [asyncio.create_task(world.log_in(NUMBER, "x")) for _ in range(20)]
        done, _ = await asyncio.wait(waiting, timeout=1.5)
        refused = [one.result() for one in done]
    await asyncio.wait(waiting)

    assert len(refused) == 20 - (8 - taken)
    assert {answer.slug for answer in refused} == {"too-many-requests"}
    assert {answer.headers["Retry-After"] for answer in refused} == {"2"}
    assert {one.result().status for one in waiting if one not in done} <= {401, 429}


@pytest.fixture
async def costly(
    new_database: Callable[[str], Awaitable[Database]], tmp_path: Path
) -> AsyncIterator[World]:
    """The service with the passwords' full cost, as in production."""
    institute = tmp_path / "issstecali"
    shutil.copytree(INSTITUTE, institute)
    (institute / "demo.toml").unlink()
    given = settings(await new_database("identity"), institute)
    async with running(given, tmp_path) as world:
        await world.loader.lines(FAMILY)
        yield world


async def test_two_hundred_bad_log_ins_at_once_never_stall_the_loop(costly: World) -> None:
    loop = asyncio.get_running_loop()
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            began = loop.time()
            await asyncio.sleep(0.005)
            longest = max(longest, loop.time() - began - 0.005)

    ticking = asyncio.create_task(tick())
    answers = await asyncio.gather(*(costly.log_in(f"8{place:07}", "mala") for place in range(200)))
    ticking.cancel()

    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {401, 429, 503}
    assert 401 in statuses
    # One hash inline would hold it as long as all of them: seconds.
    assert longest < within(0.5)


async def test_the_production_hash_is_argon2id_at_the_recommended_cost(costly: World) -> None:
    await costly.activated()

    async with costly.database.connection() as connection:
        held = await connection.fetchval("SELECT password_hash FROM accounts")
    assert held.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
