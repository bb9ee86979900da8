"""Logging in: one failure for everything, delays, and a loop that never stalls (R-08)."""

import unicodedata

import pytest
from builders.identity import EMAIL, World
from builders.roll import FAMILY, NUMBER, SPOUSE, Line

from identity.parts import PASSWORDS


async def test_r_08_the_holders_number_or_the_mail_in_any_case_is_the_login_name(
    world: World,
) -> None:
    password = await world.activated()

    for username in (NUMBER, f" {NUMBER} ", "9000-0001", EMAIL, EMAIL.upper()):
        answer = await world.log_in(username, password)
        assert answer.status == 201
        assert answer.body["token_type"] == "Bearer"
        assert answer.body["expires_in"] == 600


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("98765432", "cualquiera"),
        ("nadie@example.org", "cualquiera"),
        (NUMBER, "incorrecta"),
        (SPOUSE, None),
        (EMAIL + "'--", None),
        ("{{7*7}}", "*)(uid=*"),
        (NUMBER, " "),
        (NUMBER, "ñ" * 512),
    ],
)
async def test_l_1_whatever_is_wrong_is_one_same_failure(
    world: World, username: str, password: str | None
) -> None:
    right = await world.activated()

    answer = await world.log_in(username, password or right)

    assert (answer.status, answer.slug) == (401, "invalid-credentials")
    assert answer.body["title"] == "Nombre de usuario y/o contraseña incorrectos"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert await world.count("sessions") == 0


async def test_r_05_a_pending_account_cannot_log_in(world: World) -> None:
    await world.register()

    answer = await world.log_in(NUMBER, "")

    assert answer.status == 422
    assert (await world.log_in(NUMBER, "x")).slug == "invalid-credentials"


@pytest.mark.parametrize("password", ["", "a" * 1025])
async def test_l_3_an_empty_or_endless_password_is_refused_before_hashing(
    world: World, password: str
) -> None:
    answer = await world.log_in(NUMBER, password)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert await world.count("failures") == 0


async def test_l_4_an_accent_is_the_same_however_the_keyboard_spells_it(world: World) -> None:
    await world.activated()
    password = " contraseña difícil ✓ "
    made = await world.app[PASSWORDS].hash(unicodedata.normalize("NFC", password))
    async with world.database.connection() as connection:
        await connection.execute(
            "UPDATE accounts SET password_hash = $1, password_expires_at = NULL", made
        )

    decomposed = await world.log_in(NUMBER, unicodedata.normalize("NFD", password))
    trimmed = await world.log_in(NUMBER, password.strip())

    assert (decomposed.status, decomposed.body["password_state"]) == (201, "ok")
    assert trimmed.status == 401


async def test_l_7_a_temporary_password_ends_after_its_days(world: World) -> None:
    password = await world.activated()

    world.clock.forward(days=30, seconds=-1)
    assert (await world.log_in(NUMBER, password)).status == 201
    world.clock.forward(seconds=1)
    assert (await world.log_in(NUMBER, password)).slug == "invalid-credentials"


async def test_r_20_a_lapsed_holder_may_log_in(world: World) -> None:
    password = await world.activated()
    await world.loader.lines([Line(valid_to="2031-02-01"), FAMILY[1]], confirmed=True)

    assert (await world.log_in(NUMBER, password)).status == 201
