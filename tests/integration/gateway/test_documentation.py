"""The merged OpenAPI document and the pages made of it and of the problem catalogue."""

import asyncio
import re
from html.parser import HTMLParser

import orjson
import pytest
from aiohttp import web
from builders.gateway import World
from fakes.neighbour import Neighbour, Received
from openapi_spec_validator import validate
from pydantic import BaseModel

from gateway import description
from gateway.table import ROWS
from shared.auth import AFFILIATE
from shared.contracts.problems import PROBLEMS
from shared.openapi import document
from shared.operations import Answer, Call, Routes
from shared.text import ShortLine, Strict


class Empty(Strict):
    note: ShortLine | None = None


class Place(BaseModel):
    code: str


class Me(BaseModel):
    username: str
    home_unit: Place
    units: list[Place]


accounts = Routes("cuenta")
appointments = Routes("citas")


@accounts.get("/v1/me", answer=Me, roles=AFFILIATE)
async def read_me(call: Call) -> Answer:
    """Who I am <script>alert(1)</script>."""
    raise NotImplementedError(call.now)


@accounts.get("/v1/unlisted", answer=Me)
async def read_unlisted(call: Call) -> Answer:
    """Not in the gateway's table."""
    raise NotImplementedError(call.now)


@appointments.post("/v1/appointments", answer=Me, idempotent=True, problems=("slot-taken",))
async def create_appointment(call: Call, *, body: Empty) -> Answer:
    """Book."""
    raise NotImplementedError(call.now)


def _answering(routes: Routes) -> object:
    described = document([routes], title="one", version="1")

    def answer(received: Received) -> web.Response:
        found = received.target == "/openapi.json"
        return web.json_response(described if found else {}, status=200 if found else 404)

    return answer


@pytest.fixture
async def described(world: World, identity: Neighbour, scheduling: Neighbour) -> World:
    identity.answering = _answering(accounts)  # type: ignore[assignment]  # a function
    scheduling.answering = _answering(appointments)  # type: ignore[assignment]  # a function
    return world


async def test_the_merged_document_is_valid_and_holds_the_tables_rows_alone(
    described: World,
) -> None:
    got = await described.call("GET", "/openapi.json")
    merged = orjson.loads(got.body)
    validate(merged)
    assert set(merged["paths"]) == {"/v1/me", "/v1/appointments"}
    assert set(merged["paths"]) <= {row.path for row in ROWS}
    assert {"Me", "Place", "Problem"} <= set(merged["components"]["schemas"])


async def test_services_are_not_asked_for_every_reader(
    described: World, identity: Neighbour
) -> None:
    await asyncio.gather(*(described.call("GET", "/openapi.json") for _ in range(20)))
    assert [one.target for one in identity.asked] == ["/openapi.json"]


async def test_a_service_that_is_away_is_described_as_it_was_last_known(
    described: World, identity: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(description, "FRESH_SECONDS", 0.0)
    before = await described.call("GET", "/openapi.json")
    await identity.stop()
    after = await described.call("GET", "/openapi.json")
    assert (after.status, after.body) == (200, before.body)


async def test_while_a_service_has_never_answered_the_documentation_is_unavailable(
    described: World, identity: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(description, "PAUSE_SECONDS", 0.0)
    await identity.stop()
    for path in ("/openapi.json", "/docs"):
        got = await described.call("GET", path)
        assert (got.status, "Retry-After" in got.headers) == (503, True)
    await identity.start()
    assert (await described.call("GET", "/docs")).status == 200


async def test_the_page_shows_every_operation_escaped_and_without_a_script(
    described: World,
) -> None:
    got = await described.call("GET", "/docs")
    text = got.body.decode().replace("\u200b", "")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    for words in ("/v1/me", "/v1/appointments", "home_unit.code", "units[].code", "affiliate"):
        assert words in text
    assert 'href="/problems/slot-taken"' in text
    assert "Idempotency-Key" in text
    assert "/v1/unlisted" not in text


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.targets |= {str(given[name]) for name in ("href", "action") if name in given}
        assert tag != "script"
        assert not [name for name in given if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("start", ["/", "/docs", "/problems", "/problems/slot-taken", "/activar"])
async def test_no_link_of_ours_is_broken(described: World, start: str) -> None:
    parser = _Links()
    parser.feed((await described.call("GET", start)).body.decode())
    own = {target.partition("#")[0] for target in parser.targets if target.startswith("/")}
    for target in own - {"/activar"}:
        assert (await described.call("GET", target)).status == 200, target


@pytest.mark.parametrize("slug", PROBLEMS)
async def test_every_problem_type_has_its_page(world: World, slug: str) -> None:
    got = await world.call("GET", f"/problems/{slug}")
    text = re.sub(r"\s+", " ", got.body.decode())
    assert got.status == 200
    assert f"<h1>{PROBLEMS[slug].title}</h1>" in text
    assert PROBLEMS[slug].help in text


async def test_an_unknown_problem_is_404_in_words(world: World) -> None:
    got = await world.call("GET", "/problems/no-such")
    assert got.status == 404
    assert "catálogo de problemas" in got.body.decode()


async def test_a_lost_visitor_reads_a_page_and_a_lost_program_a_problem(world: World) -> None:
    page = await world.call("GET", "/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})
    problem = await world.call("GET", "/nowhere", headers={"Accept": "application/json"})
    assert (page.status, problem.status) == (404, 404)
    assert "<h1>No encontrado</h1>" in page.body.decode()
    assert orjson.loads(problem.body)["type"] == "/problems/not-found"
    assert (await world.call("GET", "/problems", headers={"Accept": "text/csv"})).status == 406


async def test_the_start_page_names_the_institute_in_its_colours(world: World) -> None:
    start = (await world.call("GET", "/")).body.decode()
    assert "ISSSTECALI" in start
    found = re.search(r'href="(/pages\.css\?v=[0-9a-f]+)"', start)
    assert found is not None
    style = await world.call("GET", found[1])
    assert "#7a1f3d" in style.body.decode()
    assert style.headers["Cache-Control"] == "public, max-age=86400"
