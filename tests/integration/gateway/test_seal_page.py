"""The page behind a sick leave's QR code, until the portal stands (R-44)."""

import pytest
from aiohttp import web
from builders.gateway import World
from fakes.neighbour import Neighbour, Received

FOLIO = "7K3M-9QXW-22AB-ZC0T"
PAGE = {"Accept": "text/html"}


def _answering(neighbour: Neighbour, state: str) -> None:
    neighbour.answering = lambda _received: web.json_response({"state": state})


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("valid", "Sello válido"),
        ("revoked", "Sello revocado"),
        ("unknown", "Sello desconocido"),
    ],
)
async def test_r_44_the_page_says_the_state_and_the_folio_that_was_asked_for(
    world: World, scheduling: Neighbour, state: str, said: str
) -> None:
    _answering(scheduling, state)
    got = await world.call("GET", f"/sellos/{FOLIO}", headers=PAGE)
    assert got.status == 200
    assert said in got.body.decode()
    assert FOLIO in got.body.decode()
    assert got.headers["Cache-Control"] == "no-store"
    [received] = scheduling.asked
    assert received.target == f"/v1/seals/{FOLIO}"
    assert received.headers["Sisa-Client-Address"] == "127.0.0.1"


async def test_small_letters_are_the_same_folio(world: World, scheduling: Neighbour) -> None:
    _answering(scheduling, "valid")
    got = await world.call("GET", f"/sellos/{FOLIO.lower()}", headers=PAGE)
    assert "Sello válido" in got.body.decode()


@pytest.mark.parametrize("folio", ["x", "7K3M-9QXW-22AB", "7K3M-9QXW-22AB-ZCIT", "a" * 100])
async def test_what_cannot_be_a_folio_is_unknown_and_asks_nobody(
    world: World, scheduling: Neighbour, folio: str
) -> None:
    got = await world.call("GET", f"/sellos/{folio}", headers=PAGE)
    assert got.status == 200
    assert "Sello desconocido" in got.body.decode()
    assert f">{folio}<" not in got.body.decode()
    assert scheduling.asked == []


async def test_a_head_has_the_page_s_headers_and_no_body(
    world: World, scheduling: Neighbour
) -> None:
    _answering(scheduling, "valid")
    got = await world.call("HEAD", f"/sellos/{FOLIO}", headers=PAGE)
    assert (got.status, got.body) == (200, b"")


async def test_who_asked_too_much_is_told_when_to_come_back(
    world: World, scheduling: Neighbour
) -> None:
    def answer(_received: Received) -> web.Response:
        return web.json_response(
            {"type": "/problems/too-many-requests", "title": "Demasiadas solicitudes"},
            status=429,
            headers={"Retry-After": "10"},
        )

    scheduling.answering = answer
    got = await world.call("GET", f"/sellos/{FOLIO}", headers=PAGE)
    assert (got.status, got.headers["Retry-After"]) == (429, "10")
    assert "Demasiadas solicitudes" in got.body.decode()


@pytest.mark.parametrize("body", [b"{}", b"nothing", b'{"state":"<b>"}'])
async def test_an_answer_that_is_none_is_not_made_up(
    world: World, scheduling: Neighbour, body: bytes
) -> None:
    def answer(_received: Received) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    scheduling.answering = answer
    assert (await world.call("GET", f"/sellos/{FOLIO}", headers=PAGE)).status == 503
