"""Forms of our pages: who may send them, and what is no form (G13)."""

import pytest
from aiohttp import web
from builders.gateway import World
from fakes.neighbour import Neighbour, Received

PAGE = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
FORM = b"token=" + b"a" * 43


def _activated(_received: Received) -> web.Response:
    return web.json_response(
        {"username": "1", "temporary_password": "2", "expires_at": "2026-12-24T04:30:00Z"}
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "http://localhost:8080"}, 200),
    ],
)
async def test_g_13_a_form_of_another_site_is_403_and_asks_nobody(
    world: World, identity: Neighbour, headers: dict[str, str], status: int
) -> None:
    identity.answering = _activated
    assert (
        await world.call("POST", "/activar", headers=PAGE | headers, body=FORM)
    ).status == status
    assert len(identity.asked) == (status == 200)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"token=a&token=b", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"token=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"token", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=1"] * 50), "application/x-www-form-urlencoded", 400),
        (b"a" * 5000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"", "application/x-www-form-urlencoded", 404),
    ],
)
async def test_a_form_that_is_none_is_refused_in_words(
    world: World, body: bytes, content_type: str, status: int
) -> None:
    headers = {"Accept": "text/html", "Content-Type": content_type}
    got = await world.call("POST", "/activar", headers=headers, body=body)
    assert got.status == status
    assert "<h1>" in got.body.decode()
