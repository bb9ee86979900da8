"""The pages behind the links that recover, confirm an address, and undo (R-09, R-11)."""

import logging
from collections.abc import Mapping
from urllib.parse import urlencode

import orjson
import pytest
from aiohttp import web
from builders.gateway import Got, World
from fakes.neighbour import Neighbour, Received

TOKEN = "T0ken_-" + "a" * 36
PAGE = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
TARGETS = {
    "/recuperar": "/v1/password-resets/confirmations",
    "/correo": "/v1/accounts/email-confirmations",
    "/no-fui-yo": "/v1/accounts/email-reversals",
}
GIVEN = {
    "username": "12345678",
    "temporary_password": "Kp7<wq>4Zt",
    "expires_at": "2026-12-24T04:30:00Z",
}
CONFIRMED = {"username": "12345678", "effective_at": "2026-12-24T04:30:00Z"}
each_page = pytest.mark.parametrize("path", TARGETS)


def _problem(status: int, slug: str, **headers: str) -> web.Response:
    body = {
        "type": f"/problems/{slug}", "title": f"Título {slug}", "detail": "Detalle.",
        "status": status, "trace_id": "0" * 32,
    }  # fmt: skip
    return web.Response(
        body=orjson.dumps(body), status=status, headers=headers,
        content_type="application/problem+json",
    )  # fmt: skip


async def _post(world: World, path: str, fields: Mapping[str, str], **headers: str) -> Got:
    body = urlencode(fields).encode()
    return await world.call("POST", path, headers={**PAGE, **headers}, body=body)


@each_page
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_scanner_that_follows_the_link_asks_nobody_anything(
    world: World, identity: Neighbour, path: str, method: str
) -> None:
    got = await world.call(method, f"{path}?token={TOKEN}", headers=PAGE)
    assert got.status == 200
    assert identity.asked == []
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["Referrer-Policy"] == "no-referrer"


@each_page
async def test_the_page_is_a_button_that_posts_the_token(
    world: World, identity: Neighbour, path: str
) -> None:
    text = (await world.call("GET", f"{path}?token={TOKEN}", headers=PAGE)).body.decode()
    assert f'<form method="post" action="{path}">' in text
    assert f'name="token" value="{TOKEN}"' in text
    assert "<script" not in text
    assert identity.asked == []


async def test_r_09_the_new_password_is_shown_once_with_a_hint_to_print(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.json_response(GIVEN)
    got = await _post(world, "/recuperar", {"token": TOKEN})
    text = got.body.decode()
    assert got.status == 200
    assert "12345678" in text
    assert "Kp7&lt;wq&gt;4Zt" in text
    assert "23 de diciembre de 2026, 20:30" in text
    assert "imprima" in text
    assert got.headers["Cache-Control"] == "no-store"
    (asked,) = identity.asked
    assert (asked.method, asked.target) == ("POST", TARGETS["/recuperar"])
    assert orjson.loads(asked.body) == {"token": TOKEN}


async def test_r_09_the_form_asks_for_a_link_and_says_the_same_to_everybody(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.json_response({}, status=202)
    form = (await world.call("GET", "/recuperar", headers=PAGE)).body.decode()
    assert 'name="username"' in form
    got = await _post(world, "/recuperar", {"username": " persona@example.org "})
    assert got.status == 202
    assert "persona" not in got.body.decode()
    (asked,) = identity.asked
    assert asked.target == "/v1/password-resets"
    assert orjson.loads(asked.body) == {"username": "persona@example.org"}


async def test_r_11_a_waiting_change_says_when_it_takes_effect(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.json_response({"state": "waiting", **CONFIRMED})
    got = await _post(world, "/correo", {"token": TOKEN})
    text = got.body.decode()
    assert got.status == 200
    assert "23 de diciembre de 2026, 20:30" in text
    assert "plazo de seguridad" in text


async def test_r_11_a_change_at_once_says_so(world: World, identity: Neighbour) -> None:
    identity.answering = lambda _: web.json_response(
        {"state": "done", "temporary_password": None, "expires_at": None, **CONFIRMED}
    )
    text = (await _post(world, "/correo", {"token": TOKEN})).body.decode()
    assert "quedó cambiado" in text


async def test_r_11_an_account_that_this_activates_shows_its_password(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.json_response({"state": "done", **CONFIRMED, **GIVEN})
    text = (await _post(world, "/correo", {"token": TOKEN})).body.decode()
    assert "Kp7&lt;wq&gt;4Zt" in text


async def test_r_11_no_fui_yo_says_that_it_is_undone(world: World, identity: Neighbour) -> None:
    identity.answering = lambda _: web.json_response({"state": "reversed"})
    got = await _post(world, "/no-fui-yo", {"token": TOKEN})
    assert (got.status, "se deshizo" in got.body.decode()) == (200, True)


@each_page
@pytest.mark.parametrize(
    ("status", "slug"), [(410, "link-used"), (410, "link-expired"), (404, "not-found")]
)
async def test_used_expired_and_unknown_links_each_explain_themselves(
    world: World, identity: Neighbour, path: str, status: int, slug: str
) -> None:
    words = {"link-used": "ya se", "link-expired": "venció", "not-found": "no es válido"}
    identity.answering = lambda _: _problem(status, slug)
    got = await _post(world, path, {"token": TOKEN})
    assert got.status == status
    assert words[slug] in got.body.decode()
    assert ('name="username"' in got.body.decode()) == (path == "/recuperar")


@each_page
@pytest.mark.parametrize("token", ["short", "a" * 44, "../../internal/tokens", "%00", "ñ" * 43])
async def test_what_is_no_token_asks_nobody(
    world: World, identity: Neighbour, path: str, token: str
) -> None:
    query = urlencode({"token": token})
    assert (await world.call("GET", f"{path}?{query}", headers=PAGE)).status == 404
    assert (await _post(world, path, {"token": token})).status == 404
    assert identity.asked == []


@each_page
async def test_a_form_of_another_site_is_refused(
    world: World, identity: Neighbour, path: str
) -> None:
    got = await _post(world, path, {"token": TOKEN}, **{"Sec-Fetch-Site": "cross-site"})
    assert got.status == 403
    assert identity.asked == []


@each_page
async def test_with_identity_away_the_page_says_so_and_keeps_the_way_back(
    world: World, identity: Neighbour, path: str
) -> None:
    identity.answering = lambda _: _problem(503, "unavailable", **{"Retry-After": "4"})
    told = await _post(world, path, {"token": TOKEN})
    assert (told.status, told.headers["Retry-After"]) == (503, "4")
    assert f'action="{path}"' in told.body.decode()
    assert "Intentar otra vez" in told.body.decode()


@each_page
async def test_an_answer_without_its_fields_is_503_and_not_a_500(
    world: World, identity: Neighbour, path: str
) -> None:
    identity.answering = lambda _: web.Response(body=b"[1", content_type="application/json")
    assert (await _post(world, path, {"token": TOKEN})).status == 503


@each_page
async def test_the_token_never_reaches_a_log(
    world: World, identity: Neighbour, path: str, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(_received: Received) -> web.Response:
        raise ConnectionError(TOKEN)

    identity.answering = broken
    with caplog.at_level(logging.DEBUG, logger="gateway"):
        await world.call("GET", f"{path}?token={TOKEN}", headers=PAGE)
        await _post(world, path, {"token": TOKEN})
        await world.call("GET", "/health/live")
    written = capsys.readouterr()
    assert TOKEN not in written.out + written.err
