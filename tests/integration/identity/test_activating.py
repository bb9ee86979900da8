"""Activating and resending: single use, looking consumes nothing, one password (R-05 to R-07)."""

import asyncio
import secrets

import pytest
from builders.identity import EMAIL, World
from builders.roll import NUMBER

from identity.domain.passwords import ALPHABET


async def _activate(world: World, token: str) -> tuple[int, str]:
    answer = await world.call("POST", "/v1/accounts/activations", {"token": token})
    return answer.status, "" if answer.status == 200 else answer.slug


async def _state(world: World, token: str) -> str:
    answer = await world.call("GET", f"/v1/accounts/activations/{token}")
    return str(answer.body["state"]) if answer.status == 200 else answer.slug


async def test_r_07_activation_shows_a_generated_password_once_and_mails_it(world: World) -> None:
    await world.register()
    token = await world.activation_token()

    answer = await world.call("POST", "/v1/accounts/activations", {"token": token})

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = answer.body["temporary_password"]
    assert len(password) == 16
    assert set(password) <= set(ALPHABET)
    assert answer.body["username"] == NUMBER
    assert answer.body["expires_at"] == "2031-03-31T18:00:00.250000Z"
    (mailed,) = await world.deliveries("credentials")
    assert mailed.to == EMAIL
    assert mailed.data == {
        "username": NUMBER,
        "temporary_password": password,
        "phone": "6861234567",
        "email": EMAIL,
    }
    assert await _activate(world, token) == (410, "link-used")
    assert (await world.log_in(NUMBER, password)).body["password_state"] == "temporary"


async def test_activation_is_told_as_events_with_the_address_to_write_to(world: World) -> None:
    await world.activated()

    (registered,) = await world.events("identity.account.registered")
    (activated,) = await world.events("identity.account.activated")
    (contact,) = await world.events("identity.contact.changed")
    assert activated["subject"] == registered["subject"] == contact["subject"]
    assert activated["sequence"] == "0000000002"
    assert contact["sequence"] == "0000000001"
    assert contact["data"]["email"] == EMAIL
    assert contact["data"]["name"] == "Ana Muestra Modelo"
    assert contact["data"]["locale"] == "es-MX"
    assert contact["data"]["reminders"] is True


async def test_a_4_looking_at_a_link_consumes_nothing(world: World) -> None:
    await world.register()
    token = await world.activation_token()

    for _ in range(3):
        assert await _state(world, token) == "valid"
    assert (await world.call("HEAD", f"/v1/accounts/activations/{token}")).status == 405
    assert await _activate(world, token) == (200, "")
    assert await _state(world, token) == "used"


@pytest.mark.parametrize(
    "token",
    ["x", "a" * 43, "á" * 43, "A" * 42 + "=", "..%2f..%2fetc", secrets.token_urlsafe(32)],
    ids=["short", "no such", "not ascii", "padding", "path", "random"],
)
async def test_a_1_a_token_that_never_was_is_not_found(world: World, token: str) -> None:
    await world.register()

    assert await _activate(world, token) == (404, "not-found")
    assert await _state(world, token) == "not-found"


async def test_a_second_spelling_of_the_same_bits_is_no_token(world: World) -> None:
    await world.register()
    token = await world.activation_token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]

    assert await _activate(world, twin) == (404, "not-found")


async def test_r_05_a_link_lives_exactly_the_hours_of_the_profile(world: World) -> None:
    await world.register()
    token = await world.activation_token()

    world.clock.forward(hours=72, microseconds=-1)
    assert await _state(world, token) == "valid"
    world.clock.forward(microseconds=1)
    assert await _state(world, token) == "expired"
    assert await _activate(world, token) == (410, "link-expired")


async def test_r_05_a_newer_link_voids_the_older_and_its_unsent_mail(world: World) -> None:
    await world.register()
    older = await world.activation_token()
    world.clock.forward(seconds=61)

    answer = await world.call("POST", "/v1/accounts/activation-resends", {"username": EMAIL})

    assert (answer.status, answer.body) == (202, {})
    newer = await world.activation_token()
    assert len(await world.deliveries("activation")) == 1
    assert await _state(world, older) == "expired"
    assert await _activate(world, older) == (410, "link-expired")
    assert await _activate(world, newer) == (200, "")


async def test_r_06_between_two_mails_there_is_a_least_interval(world: World) -> None:
    await world.register()
    first = await world.activation_token()

    world.clock.forward(seconds=59)
    await world.call("POST", "/v1/accounts/activation-resends", {"username": NUMBER})
    assert await world.activation_token() == first
    world.clock.forward(seconds=1)
    await world.call("POST", "/v1/accounts/activation-resends", {"username": NUMBER})
    assert await world.activation_token() != first


async def test_of_many_resends_at_once_one_mail_is_sent(world: World) -> None:
    await world.register()
    world.clock.forward(hours=1)

    answers = await asyncio.gather(
        *(
            world.call("POST", "/v1/accounts/activation-resends", {"username": NUMBER})
            for _ in range(20)
        )
    )

    assert {answer.status for answer in answers} == {202}
    assert await world.count("links") == 2
    assert len(await world.events("identity.delivery.requested")) == 2


@pytest.mark.parametrize(
    "username", ["98765432", "nadie@example.org", "' OR 1=1 --", EMAIL, "90000002"]
)
async def test_a_8_resending_answers_the_same_for_everybody(world: World, username: str) -> None:
    await world.activated()
    links = await world.count("links")

    answer = await world.call("POST", "/v1/accounts/activation-resends", {"username": username})

    assert (answer.status, answer.raw) == (202, b"{}")
    assert await world.count("links") == links


async def test_a_5_of_a_hundred_activations_at_once_one_makes_the_one_password(
    world: World,
) -> None:
    await world.register()
    token = await world.activation_token()

    answers = await asyncio.gather(
        *(world.call("POST", "/v1/accounts/activations", {"token": token}) for _ in range(100))
    )

    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 410, 503}
    winner = next(answer for answer in answers if answer.status == 200)
    (mailed,) = await world.deliveries("credentials")
    assert mailed.data["temporary_password"] == winner.body["temporary_password"]
    assert len(await world.events("identity.account.activated")) == 1
    assert (await world.log_in(NUMBER, winner.body["temporary_password"])).status == 201


async def test_a_claim_that_came_to_nothing_leaves_the_link_valid(world: World) -> None:
    await world.register()
    token = await world.activation_token()
    async with world.database.connection() as connection:
        # As left by a process that died while it was hashing.
        await connection.execute(
            "UPDATE links SET claimed_until = $1", world.clock().replace(second=6)
        )

    assert await _activate(world, token) == (410, "link-used")
    assert await _state(world, token) == "valid"
    world.clock.forward(seconds=6)
    assert await _activate(world, token) == (200, "")
