"""Where the institute forces it, a temporary password opens nothing but its own change (R-07)."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import jwt
import pytest
from builders.identity import World, running, settings
from builders.roll import FAMILY, INSTITUTE, NUMBER
from databases import Database

GOOD = "un caballo azul 7"
ALLOWED = [("GET", "/v1/me"), ("DELETE", "/v1/sessions/current")]
FORBIDDEN = [
    ("GET", "/v1/members"),
    ("PATCH", "/v1/me"),
    ("GET", "/v1/sessions"),
    ("GET", "/v1/me/preferences"),
    ("PUT", "/v1/me/preferences"),
]


@pytest.fixture
async def forced(
    new_database: Callable[[str], Awaitable[Database]], tmp_path: Path
) -> AsyncIterator[World]:
    """The service of an institute that forces the change."""
    institute = tmp_path / "issstecali"
    shutil.copytree(INSTITUTE, institute)
    profile = institute / "profile.toml"
    text = profile.read_text(encoding="utf-8")
    assert "force_password_change = false" in text
    changed = text.replace("force_password_change = false", "force_password_change = true")
    profile.write_text(changed, encoding="utf-8")
    async with running(settings(await new_database("identity"), institute), tmp_path) as world:
        await world.loader.lines(FAMILY)
        yield world


async def test_r_07_until_it_is_changed_the_session_may_do_nothing_else(forced: World) -> None:
    temporary = await forced.activated()
    began = (await forced.log_in(NUMBER, temporary)).body
    assert began["password_state"] == "temporary"

    for method, path in FORBIDDEN:
        body = {"reminders": False} if method == "PUT" else None
        answer = await forced.call(method, path, body, bearer=began["access_token"])
        assert (answer.status, answer.slug) == (403, "forbidden"), path
    for method, path in ALLOWED:
        answer = await forced.call(method, path, bearer=began["access_token"])
        assert answer.status in {200, 204}, path


async def test_r_07_after_the_change_a_refresh_gives_a_whole_session(forced: World) -> None:
    temporary = await forced.activated()
    began = (await forced.log_in(NUMBER, temporary)).body
    body = {"current_password": temporary, "new_password": GOOD}

    changed = await forced.call("PUT", "/v1/me/password", body, bearer=began["access_token"])
    refreshed = (await forced.refresh(began["refresh_token"])).body

    assert changed.status == 204
    assert refreshed["password_state"] == "ok"
    members = await forced.call("GET", "/v1/members", bearer=refreshed["access_token"])
    assert members.status == 200


async def test_r_07_refreshing_does_not_get_around_the_change(forced: World) -> None:
    temporary = await forced.activated()
    began = (await forced.log_in(NUMBER, temporary)).body

    refreshed = (await forced.refresh(began["refresh_token"])).body

    claims = jwt.decode(refreshed["access_token"], options={"verify_signature": False})
    assert claims["must_change_password"] is True
    answer = await forced.call("GET", "/v1/members", bearer=refreshed["access_token"])
    assert answer.status == 403


async def test_what_is_open_to_everybody_stays_open_to_such_a_session(forced: World) -> None:
    temporary = await forced.activated()
    began = (await forced.log_in(NUMBER, temporary)).body

    answer = await forced.call("GET", "/v1/institute", bearer=began["access_token"])

    assert answer.status == 200


async def test_r_07_where_it_is_not_forced_the_token_says_nothing(world: World) -> None:
    temporary = await world.activated()
    began = (await world.log_in(NUMBER, temporary)).body

    claims = jwt.decode(began["access_token"], options={"verify_signature": False})

    assert "must_change_password" not in claims
    assert (await world.call("GET", "/v1/members", bearer=began["access_token"])).status == 200
