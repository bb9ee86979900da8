"""«No fui yo»: the old address undoes a change, before and after it took effect (R-11)."""

import asyncio
from typing import Any

import pytest
from builders.email_changes import NEW, address, due
from builders.identity import EMAIL, Answered, World
from builders.roll import NUMBER, SERIAL, Line, holders

from identity.usecases.clean_up import clean_up

THIRD = "tercera@example.org"
REVERSALS = "/v1/accounts/email-reversals"


async def change_to(world: World, email: str, bearer: str | None = None) -> str:
    """Asks for the change and confirms it; returns the token mailed to the old address."""
    body = {"affiliation_number": NUMBER, "serial_number": SERIAL, "email": email}
    await world.call("POST", "/v1/accounts/reactivations", body)
    token = await world.mailed_token("email_change")
    answer = await world.call(
        "POST", "/v1/accounts/email-confirmations", {"token": token}, bearer=bearer
    )
    assert answer.status == 200
    return await world.mailed_token("email_changed")


async def undo(world: World, token: str) -> Answered:
    return await world.call("POST", REVERSALS, {"token": token})


async def test_r_11_before_it_took_effect_the_change_never_comes(
    world: World, tokens: dict[str, Any]
) -> None:
    (credentials,) = await world.deliveries("credentials")
    token = await change_to(world, NEW)

    answer = await undo(world, token)

    assert (answer.status, answer.body) == (200, {"state": "reversed"})
    assert await world.me(tokens["access_token"]) == 401
    assert await world.notices() == [(EMAIL, "email_reversed")]
    world.clock.forward(hours=72)
    assert (await due(world), await address(world)) == (0, EMAIL)
    # Nobody but the owner ever had the password: it stays.
    password = credentials.data["temporary_password"]
    assert (await world.log_in(NUMBER, password)).status == 201
    assert await world.deliveries("recovery") == []
    again = await undo(world, token)
    assert (again.status, again.slug) == (410, "link-used")


async def test_r_11_after_it_took_effect_the_address_comes_back_and_the_password_is_void(
    world: World,
) -> None:
    await world.activated()
    token = await change_to(world, NEW)
    world.clock.forward(hours=72)
    await due(world)
    # Who reads the new mailbox has recovered the password and logged in.
    await world.call("POST", "/v1/password-resets", {"username": NEW})
    theirs = await world.mailed_token("recovery")
    made = await world.call("POST", "/v1/password-resets/confirmations", {"token": theirs})
    stolen = made.body["temporary_password"]
    session = (await world.log_in(NUMBER, stolen)).body

    assert (await undo(world, token)).body == {"state": "reversed"}

    assert await address(world) == EMAIL
    assert await world.me(session["access_token"]) == 401
    assert (await world.refresh(session["refresh_token"])).status == 401
    assert (await world.log_in(NUMBER, stolen)).status == 401
    contacts = await world.events("identity.contact.changed")
    assert [one["data"]["email"] for one in contacts] == [EMAIL, NEW, EMAIL]
    assert [one["sequence"] for one in contacts] == [f"{number:010}" for number in (1, 2, 3)]
    (recovery,) = await world.deliveries("recovery")
    assert recovery.to == EMAIL
    own = await world.call(
        "POST", "/v1/password-resets/confirmations", {"token": recovery.data["token"]}
    )
    assert (await world.log_in(EMAIL, own.body["temporary_password"])).status == 201


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 410), (1, 410)])
async def test_r_11_it_can_be_undone_as_long_again_as_it_waited(
    world: World, seconds: int, status: int
) -> None:
    await world.activated()
    token = await change_to(world, NEW)
    world.clock.forward(hours=72)
    await due(world)

    world.clock.forward(hours=72, seconds=seconds)

    assert (await undo(world, token)).status == status
    assert await address(world) == (EMAIL if status == 200 else NEW)


async def test_a_change_at_once_can_be_undone_too(world: World, tokens: dict[str, Any]) -> None:
    token = await change_to(world, NEW, tokens["access_token"])
    assert await address(world) == NEW

    assert (await undo(world, token)).status == 200

    assert await address(world) == EMAIL


async def test_who_changes_it_again_at_once_does_not_shut_the_first_owner_out(
    world: World, tokens: dict[str, Any]
) -> None:
    (credentials,) = await world.deliveries("credentials")
    owners = await change_to(world, NEW, tokens["access_token"])
    session = await world.log_in(NEW, credentials.data["temporary_password"])
    world.clock.forward(seconds=61)
    theirs = await change_to(world, THIRD, session.body["access_token"])
    assert await address(world) == THIRD

    assert (await undo(world, owners)).status == 200

    assert await address(world) == EMAIL
    # The way back to an address in between went with the changes.
    late = await undo(world, theirs)
    assert (late.status, late.slug) == (410, "link-expired")


async def test_the_first_of_two_warnings_stops_the_second_change_as_well(world: World) -> None:
    await world.activated()
    first = await change_to(world, NEW)
    world.clock.forward(hours=1)
    await change_to(world, THIRD)

    assert (await undo(world, first)).status == 200

    world.clock.forward(hours=80)
    assert (await due(world), await address(world)) == (0, EMAIL)


async def test_a_change_asked_for_but_not_confirmed_dies_with_the_undoing(world: World) -> None:
    await world.activated()
    token = await change_to(world, NEW)
    world.clock.forward(seconds=61)
    body = {"affiliation_number": NUMBER, "serial_number": SERIAL, "email": THIRD}
    await world.call("POST", "/v1/accounts/reactivations", body)
    pending = await world.mailed_token("email_change")

    await undo(world, token)

    late = await world.call("POST", "/v1/accounts/email-confirmations", {"token": pending})
    assert (late.status, late.slug) == (410, "link-expired")
    assert await world.deliveries("email_change") == []


async def test_the_old_address_is_kept_free_for_its_owner_while_it_can_come_back(
    world: World, tokens: dict[str, Any]
) -> None:
    (other,) = holders(1)
    await world.loader.lines([Line(), other], confirmed=True)
    await change_to(world, NEW, tokens["access_token"])
    theirs = {
        "affiliation_number": other.affiliation_number,
        "serial_number": other.serial_number,
        "email": EMAIL,
    }

    world.clock.forward(hours=72, seconds=-1)
    assert (await world.register(**theirs)).status == 202
    assert await world.count("accounts") == 1
    world.clock.forward(seconds=1)
    assert (await world.register(**theirs)).status == 202
    assert await world.count("accounts") == 2


async def test_undoing_and_taking_effect_at_once_end_with_the_old_address(world: World) -> None:
    await world.activated()
    token = await change_to(world, NEW)
    world.clock.forward(hours=72)

    undoing = asyncio.create_task(undo(world, token))
    await asyncio.gather(*(due(world) for _ in range(5)))
    answer = await undoing

    assert answer.status == 200
    assert await address(world) == EMAIL
    assert await due(world) == 0
    assert await address(world) == EMAIL


async def test_of_fifty_undoings_at_once_one_does_it(world: World) -> None:
    await world.activated()
    token = await change_to(world, NEW)

    answers = await asyncio.gather(*(undo(world, token) for _ in range(50)))

    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 410, 503}


@pytest.mark.parametrize("token", ["x", "a" * 43, "../../etc"])
async def test_a_token_that_never_was_undoes_nothing(world: World, token: str) -> None:
    answer = await undo(world, token)

    assert (answer.status, answer.slug) == (404, "not-found")


async def test_addresses_that_came_to_nothing_are_forgotten(world: World) -> None:
    await world.activated()
    token = await change_to(world, NEW)
    await undo(world, token)
    world.clock.forward(days=6 + 30)
    await clean_up(world.database, now=world.clock())
    assert await world.count("email_changes") == 1
    world.clock.forward(seconds=1)

    await clean_up(world.database, now=world.clock())

    assert await world.count("email_changes") == 0
