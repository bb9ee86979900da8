"""The page behind the mailed activation link, until the portal stands (R-05, R-07)."""

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
GIVEN = {
    "username": "12345678",
    "temporary_password": "Kp7<wq>4Zt",
    "expires_at": "2026-12-24T04:30:00Z",
}


def _says(state: str) -> web.Response:
    return web.json_response({"state": state})


def _problem(status: int, slug: str, **headers: str) -> web.Response:
    body = {
        "type": f"/problems/{slug}", "title": f"Título {slug}", "detail": "Detalle.",
        "status": status, "trace_id": "0" * 32,
    }  # fmt: skip
    return web.Response(
        body=orjson.dumps(body), status=status, headers=headers,
        content_type="application/problem+json",
    )  # fmt: skip


async def _post(
    world: World, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Got:
    body = urlencode(fields).encode()
    return await world.call("POST", "/activar", headers={**PAGE, **(headers or {})}, body=body)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_r_05_a_mail_scanner_that_follows_the_link_consumes_nothing(
    world: World, identity: Neighbour, method: str
) -> None:
    identity.answering = lambda _: _says("valid")
    got = await world.call(method, f"/activar?token={TOKEN}", headers=PAGE)
    assert got.status == 200
    assert [(one.method, one.target) for one in identity.asked] == [
        ("GET", f"/v1/accounts/activations/{TOKEN}")
    ]
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_is_a_button_that_works_without_javascript(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: _says("valid")
    text = (await world.call("GET", f"/activar?token={TOKEN}", headers=PAGE)).body.decode()
    assert '<form method="post" action="/activar">' in text
    assert f'name="token" value="{TOKEN}"' in text
    assert "Activar mi cuenta" in text
    assert "<script" not in text


async def test_r_07_the_button_shows_name_and_password_once_in_local_time(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.json_response(GIVEN)
    got = await _post(world, {"token": TOKEN}, {"Sec-Fetch-Site": "same-origin"})
    text = got.body.decode()
    assert got.status == 200
    assert "12345678" in text
    assert "Kp7&lt;wq&gt;4Zt" in text
    assert "23 de diciembre de 2026, 20:30" in text
    assert "imprima" in text
    (asked,) = identity.asked
    assert (asked.method, asked.target) == ("POST", "/v1/accounts/activations")
    assert orjson.loads(asked.body) == {"token": TOKEN}
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Sisa-Client-Address"] == "127.0.0.1"


@pytest.mark.parametrize(("state", "words"), [("used", "ya se usó"), ("expired", "venció")])
async def test_r_05_a_used_or_expired_link_explains_itself_and_offers_another(
    world: World, identity: Neighbour, state: str, words: str
) -> None:
    identity.answering = lambda _: _says(state)
    got = await world.call("GET", f"/activar?token={TOKEN}", headers=PAGE)
    assert got.status == 200
    identity.answering = lambda _: _problem(410, f"link-{state}")
    posted = await _post(world, {"token": TOKEN})
    assert posted.status == 410
    for text in (got.body.decode(), posted.body.decode()):
        assert words in text
        assert 'name="username"' in text


async def test_r_06_the_resend_form_answers_the_same_whoever_is_named(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.Response(status=202)
    got = await _post(world, {"username": " persona@example.org "})
    assert got.status == 202
    assert "Revise su correo" in got.body.decode()
    assert "persona" not in got.body.decode()
    (asked,) = identity.asked
    assert asked.target == "/v1/accounts/activation-resends"
    assert orjson.loads(asked.body) == {"username": "persona@example.org"}


@pytest.mark.parametrize("token", ["", "short", "a" * 44, "../../internal/tokens", "%00", "ñ" * 43])
async def test_what_is_no_token_asks_nobody(world: World, identity: Neighbour, token: str) -> None:
    query = urlencode({"token": token})
    assert (await world.call("GET", f"/activar?{query}", headers=PAGE)).status == 404
    assert (await _post(world, {"token": token})).status == 404
    assert identity.asked == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_token_is_explained(
    world: World, identity: Neighbour, method: str
) -> None:
    identity.answering = lambda _: _problem(404, "not-found")
    got = (
        await world.call("GET", f"/activar?token={TOKEN}", headers=PAGE)
        if method == "GET"
        else await _post(world, {"token": TOKEN})
    )
    assert got.status == 404
    assert "no es válido" in got.body.decode()


async def test_with_identity_away_the_page_says_so_and_keeps_the_way_back(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: _problem(503, "unavailable", **{"Retry-After": "4"})
    told = await _post(world, {"token": TOKEN})
    assert (told.status, told.headers["Retry-After"]) == (503, "4")
    assert "Intentar otra vez" in told.body.decode()
    await identity.stop()
    gone = await _post(world, {"token": TOKEN})
    assert gone.status == 503
    assert gone.headers["Content-Type"].startswith("text/html")
    assert "no está disponible" in gone.body.decode()


async def test_an_answer_without_its_fields_is_503_and_not_a_500(
    world: World, identity: Neighbour
) -> None:
    identity.answering = lambda _: web.Response(body=b"[1", content_type="application/json")
    assert (await _post(world, {"token": TOKEN})).status == 503


async def test_the_token_never_reaches_a_log(
    world: World, identity: Neighbour, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(_received: Received) -> web.Response:
        raise ConnectionError(TOKEN)

    identity.answering = broken
    with caplog.at_level(logging.DEBUG, logger="gateway"):
        await world.call("GET", f"/activar?token={TOKEN}", headers=PAGE)
        await _post(world, {"token": TOKEN})
        await world.call("GET", "/health/live")
    written = capsys.readouterr()
    assert TOKEN not in written.out + written.err
