"""An active account's address changes after a wait, or at once for its own session (R-11)."""

import asyncio
from typing import Any

import pytest
from builders.email_changes import CONFIRMATIONS, NEW, address, another_family, ask, confirm, due
from builders.identity import EMAIL, World
from builders.roll import NUMBER, Line, holders

from identity.jobs import JOBS


async def test_r_11_an_active_account_waits_exactly_the_hours_of_the_profile(
    world: World, tokens: dict[str, Any]
) -> None:
    (credentials,) = await world.deliveries("credentials")
    password = credentials.data["temporary_password"]
    await ask(world)

    answer = await confirm(world)

    assert answer.body == {
        "state": "waiting",
        "effective_at": "2031-03-04T18:00:00.250000Z",
        "username": NUMBER,
        "temporary_password": None,
        "expires_at": None,
    }
    (told,) = await world.deliveries("email_changed")
    assert told.to == EMAIL
    assert (told.data["new_email"], told.data["state"]) == (NEW, "waiting")
    assert told.data["effective_at"] == "2031-03-04T18:00:00.250000Z"
    assert await world.me(tokens["access_token"]) == 200

    world.clock.forward(hours=72, seconds=-1)
    assert (await due(world), await address(world)) == (0, EMAIL)
    renewed = (await world.log_in(EMAIL, password)).body

    world.clock.forward(seconds=1)
    assert (await due(world), await address(world)) == (1, NEW)
    assert await world.me(renewed["access_token"]) == 401
    assert (await world.refresh(renewed["refresh_token"])).status == 401
    assert (await world.log_in(NEW, password)).status == 201
    assert (await world.log_in(EMAIL, password)).status == 401
    contacts = await world.events("identity.contact.changed")
    assert [one["data"]["email"] for one in contacts] == [EMAIL, NEW]
    assert [one["sequence"] for one in contacts] == ["0000000001", "0000000002"]
    assert (NEW, "email_changed") in await world.notices()

    world.clock.forward(seconds=1)
    assert await due(world) == 0


async def test_r_11_several_replicas_apply_a_change_once(world: World) -> None:
    await world.activated()
    await ask(world)
    await confirm(world)
    world.clock.forward(hours=72)

    applied = await asyncio.gather(*(due(world) for _ in range(10)))

    assert sum(applied) == 1
    assert len(await world.events("identity.contact.changed")) == 2
    assert await world.notices() == [(NEW, "email_changed")]


async def test_r_11_the_job_finds_it_by_itself(world: World) -> None:
    await world.activated()
    await ask(world)
    await confirm(world)
    world.clock.forward(hours=72)

    jobs = {job.name: job for job in JOBS}
    await jobs["email-changes"].run(world.app, world.clock())

    assert await address(world) == NEW


async def test_r_11_the_accounts_own_session_changes_it_at_once_and_ends(
    world: World, tokens: dict[str, Any]
) -> None:
    await ask(world)

    answer = await confirm(world, tokens["access_token"])

    assert (answer.body["state"], answer.body["temporary_password"]) == ("done", None)
    assert answer.body["effective_at"] == "2031-03-01T18:00:00.250000Z"
    assert await address(world) == NEW
    assert await world.me(tokens["access_token"]) == 401
    (told,) = await world.deliveries("email_changed")
    assert (told.to, told.data["state"]) == (EMAIL, "done")


async def test_r_11_another_accounts_session_makes_nothing_faster(
    world: World, tokens: dict[str, Any]
) -> None:
    other = await another_family(world, "otra@example.org")
    await ask(world, affiliation_number=other.affiliation_number, serial_number=other.serial_number)

    answer = await confirm(world, tokens["access_token"])

    assert answer.body["state"] == "waiting"


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 410), (1, 410)])
async def test_a_confirmation_link_lives_exactly_the_hours_of_the_profile(
    world: World, seconds: int, status: int
) -> None:
    await world.activated()
    await ask(world)
    token = await world.mailed_token("email_change")

    world.clock.forward(hours=72, seconds=seconds)

    assert (await world.call("POST", CONFIRMATIONS, {"token": token})).status == status


async def test_a_later_confirmed_change_takes_the_place_of_the_waiting_one(world: World) -> None:
    await world.activated()
    await ask(world)
    await confirm(world)
    world.clock.forward(hours=1)
    await ask(world, email="tercera@example.org")
    await confirm(world)

    world.clock.forward(hours=71)
    assert (await due(world), await address(world)) == (0, EMAIL)
    world.clock.forward(hours=1)
    assert (await due(world), await address(world)) == (1, "tercera@example.org")


async def test_an_address_that_is_waited_for_can_be_registered_by_nobody_else(
    world: World,
) -> None:
    (other,) = holders(1)
    await world.loader.lines([Line(), other], confirmed=True)
    await world.activated()
    await ask(world)
    await confirm(world)

    answer = await world.register(
        affiliation_number=other.affiliation_number,
        serial_number=other.serial_number,
        email=NEW,
    )

    assert answer.status == 202
    assert await world.count("accounts") == 1


async def test_an_address_taken_meanwhile_leaves_the_account_as_it_was_and_tells_it(
    world: World,
) -> None:
    await world.activated()
    await ask(world)
    await confirm(world)
    await another_family(world, "otra@example.org")
    async with world.database.connection() as connection:
        # As two racing transactions could have left it.
        await connection.execute(
            "UPDATE accounts SET email = $1, email_key = $1 WHERE email_key = 'otra@example.org'",
            NEW,
        )
    world.clock.forward(hours=72)

    assert (await due(world), await address(world)) == (0, EMAIL)
    assert (EMAIL, "email_not_changed") in await world.notices()
    assert await due(world) == 0


async def test_a_recovery_link_in_the_old_mailbox_dies_with_the_change(world: World) -> None:
    await world.activated()
    await ask(world)
    await confirm(world)
    world.clock.forward(hours=72, seconds=-1)
    await world.call("POST", "/v1/password-resets", {"username": NUMBER})
    token = await world.mailed_token("recovery")
    world.clock.forward(seconds=1)
    await due(world)

    late = await world.call("POST", "/v1/password-resets/confirmations", {"token": token})

    assert (late.status, late.slug) == (410, "link-expired")
