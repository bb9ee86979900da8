"""Changing the password: the current one, a good new one, the other sessions out (R-10)."""

import asyncio
import unicodedata
from typing import Any

import pytest
from builders.identity import EMAIL, Answered, World
from builders.roll import NUMBER

GOOD = "un caballo azul 7"


async def change(
    world: World, tokens: dict[str, Any], current: str, new: str, **headers: str
) -> Answered:
    body = {"current_password": current, "new_password": new}
    bearer = tokens["access_token"]
    return await world.call("PUT", "/v1/me/password", body, bearer=bearer, headers=headers)


@pytest.fixture
async def current(world: World, tokens: dict[str, Any]) -> str:
    """The temporary password of the session's account."""
    assert tokens
    (mailed,) = await world.deliveries("credentials")
    return mailed.data["temporary_password"]


async def test_r_10_the_new_password_holds_the_others_are_out_this_session_stays(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    other = (await world.log_in(NUMBER, current)).body

    answer = await change(world, tokens, current, GOOD)

    assert (answer.status, answer.raw) == (204, b"")
    assert await world.me(tokens["access_token"]) == 200
    assert (await world.refresh(tokens["refresh_token"])).body["password_state"] == "ok"
    assert await world.me(other["access_token"]) == 401
    assert (await world.refresh(other["refresh_token"])).status == 401
    assert len(await world.events("identity.session.revoked")) == 1
    assert (await world.log_in(NUMBER, current)).status == 401
    assert (await world.log_in(EMAIL, GOOD)).body["password_state"] == "ok"
    assert await world.notices() == [(EMAIL, "password_changed")]


async def test_r_07_a_password_of_ones_own_never_expires(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    await change(world, tokens, current, GOOD)
    world.clock.forward(days=400)

    assert (await world.log_in(NUMBER, GOOD)).status == 201


async def test_the_mailed_temporary_password_is_not_mailed_once_it_is_replaced(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    await world.call("POST", "/v1/password-resets", {"username": NUMBER})
    token = await world.mailed_token("recovery")

    await change(world, tokens, current, GOOD)

    assert await world.deliveries("credentials") == []
    assert await world.deliveries("recovery") == []
    late = await world.call("POST", "/v1/password-resets/confirmations", {"token": token})
    assert (late.status, late.slug) == (410, "link-expired")


async def test_p_4_a_wrong_current_password_changes_nothing_and_is_delayed_like_a_log_in(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    for _ in range(5):
        wrong = await change(world, tokens, "incorrecta", GOOD)
        assert (wrong.status, wrong.slug) == (401, "invalid-credentials")

    delayed = await change(world, tokens, current, GOOD)

    assert (delayed.status, delayed.headers["Retry-After"]) == (429, "10")
    assert (await world.log_in(NUMBER, current)).status == 429
    world.clock.forward(seconds=10, microseconds=-1)
    assert (await change(world, tokens, current, GOOD)).status == 429
    world.clock.forward(microseconds=1)
    assert (await change(world, tokens, current, GOOD)).status == 204


@pytest.mark.parametrize("body", [{}, {"new_password": GOOD}, {"current_password": "x"}])
async def test_p_4_without_the_current_password_the_request_is_invalid(
    world: World, tokens: dict[str, Any], body: dict[str, str]
) -> None:
    answer = await world.call("PUT", "/v1/me/password", body, bearer=tokens["access_token"])

    assert (answer.status, answer.slug) == (422, "invalid-request")


async def test_without_a_session_nothing_is_changed(world: World, current: str) -> None:
    answer = await change(world, {"access_token": "x"}, current, GOOD)

    assert (answer.status, answer.slug) == (401, "session-required")
    assert (await world.log_in(NUMBER, current)).status == 201


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("corta77", "too-short"),
        ("ñ" * 7, "too-short"),
        ("x1y2" * 32 + "z", "too-long"),
        ("password", "common"),
        ("PassWord", "common"),
        ("contraseña", "common"),
        ("aaaaaaaaaa", "common"),
        (NUMBER, "personal"),
        (f"{NUMBER}!!", "personal"),
        (EMAIL, "personal"),
        ("Titular2031", "personal"),
        ("ISSSTECALI", "institute"),
        ("issstecali.2031", "institute"),
        ("Afiliado-123", "institute"),
    ],
)
async def test_p_3_a_weak_password_is_refused_with_its_reason(
    world: World, tokens: dict[str, Any], current: str, new: str, code: str
) -> None:
    answer = await change(world, tokens, current, new)

    assert (answer.status, answer.slug) == (422, "weak-password")
    (error,) = answer.body["errors"]
    assert (error["pointer"], error["code"]) == ("/new_password", code)
    assert f'"{new}"' not in answer.raw.decode()
    assert (await world.log_in(NUMBER, current)).status == 201


async def test_p_3_the_temporary_password_is_no_new_one(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    answer = await change(world, tokens, current, current)

    assert answer.body["errors"][0]["code"] == "unchanged"


@pytest.mark.parametrize(
    "new",
    [
        "áéíóú ñü",
        "x1y2" * 32,
        "🐴 🔋 📎 ✅ 🦋",
        "  con espacios  ",
        "tab\tand\x00nul",
        "' OR 1=1; --",
        "issstecali me atiende bien",
    ],
    ids=["accents", "128 letters", "emoji", "spaces", "controls", "sql", "words around"],
)
async def test_r_10_any_character_is_taken_and_verified_exactly(
    world: World, tokens: dict[str, Any], current: str, new: str
) -> None:
    assert (await change(world, tokens, current, new)).status == 204

    assert (await world.log_in(NUMBER, new)).status == 201
    assert (await world.log_in(NUMBER, new.strip() + "x")).status == 401


async def test_l_4_two_spellings_of_one_accent_are_one_password(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    spelled = "corazón de melón"
    await change(world, tokens, current, unicodedata.normalize("NFD", spelled))

    assert (await world.log_in(NUMBER, unicodedata.normalize("NFC", spelled))).status == 201


async def test_of_two_changes_at_once_one_wins_and_its_password_holds(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    chosen = [f"palabras largas {place}x" for place in range(8)]

    answers = await asyncio.gather(*(change(world, tokens, current, new) for new in chosen))

    statuses = [answer.status for answer in answers]
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 401, 429}
    assert (await world.log_in(EMAIL, chosen[statuses.index(204)])).status == 201


async def test_a_change_that_fails_leaves_the_sessions_alone(
    world: World, tokens: dict[str, Any], current: str
) -> None:
    other = (await world.log_in(NUMBER, current)).body

    assert (await change(world, tokens, current, "corta")).status == 422
    assert (await change(world, tokens, "incorrecta", GOOD)).status == 401

    assert await world.me(other["access_token"]) == 200
    assert await world.notices() == []
