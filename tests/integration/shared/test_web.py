"""The HTTP door over a real socket: what is malformed, too large, too slow or not for us."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import structlog
from aiohttp import web
from multidict import CIMultiDictProxy
from pydantic import BaseModel

from shared import access, logs, server, strict_json
from shared.clock import now
from shared.errors import Conflict, Unavailable
from shared.operations import Answer, Call, Routes
from shared.problems import problems
from shared.server import GuardedSite, runner_for
from shared.text import Line, Strict
from shared.web import CLOCK, add_operations, door

routes = Routes("test")


class Body(Strict):
    name: Line
    count: int = 0


class Echo(BaseModel):
    name: str


class Query(Strict):
    limit: int = 10


class Taken(Conflict):
    slug = "slot-taken"


@routes.post("/things", answer=Echo, status=201, problems=("slot-taken",))
async def create_thing(call: Call, *, body: Body) -> Answer:  # noqa: ARG001  # the declared form
    """Make a thing."""
    return Echo(name=body.name)


@routes.get("/things/{thing_id}", answer=Echo)
async def read_thing(call: Call, *, thing_id: UUID, query: Query) -> Answer:  # noqa: ARG001  # the declared form
    """Read a thing."""
    return Echo(name=f"{thing_id} {query.limit}")


@routes.get("/refused")
async def refuse(call: Call) -> Answer:  # noqa: ARG001  # the declared form
    """Refuse."""
    raise Taken("Elija otra hora.", alternatives=[])


@routes.get("/away")
async def away(call: Call) -> Answer:  # noqa: ARG001  # the declared form
    """A dependency is away."""
    raise Unavailable


@routes.get("/broken")
async def broken(call: Call) -> Answer:  # noqa: ARG001  # the declared form
    """Fail in a way nobody foresaw."""
    secret = "canary-7261"
    raise RuntimeError(secret)


@pytest.fixture
async def url(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(strict_json, "BODY_SECONDS", 0.5)
    app = web.Application(
        middlewares=[door, access.access, problems], client_max_size=strict_json.BODY_BYTES
    )
    app[CLOCK] = now
    app.cleanup_ctx.append(access.access_log)
    add_operations(app, routes)
    runner = runner_for(app, keepalive_seconds=0.5)
    await runner.setup()
    site = GuardedSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{site.port}"
    await runner.cleanup()


async def ask(
    url: str, method: str, path: str, **given: Any
) -> tuple[int, dict[str, Any], CIMultiDictProxy[str]]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url + path, **given) as answer,
    ):
        text = await answer.read()
        if answer.status >= 400:
            assert answer.content_type == "application/problem+json"
            problem = json.loads(text)
            assert problem["status"] == answer.status
            assert problem["type"].startswith("/problems/")
            assert len(problem["trace_id"]) == 32
        return answer.status, json.loads(text) if text else {}, answer.headers


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "a"} x',
        b'\xef\xbb\xbf{"name": "a"}',
        b'{"name": "\xff"}',
        b"[" * 100 + b"]" * 100,
        b'{"name": "a", "count": ' + b"9" * 21 + b"}",
        b'{"name": "a", "count": NaN}',
        b'{"name": "a", "name": "b"}',
    ],
)
async def test_g1_g2_what_is_not_careful_json_is_malformed(url: str, body: bytes) -> None:
    status, problem, _ = await ask(url, "POST", "/things", data=body, headers=JSON)

    assert (status, problem["type"]) == (400, "/problems/malformed-request")


async def test_g3_a_body_past_64_kib_is_refused_declared_or_chunked(url: str) -> None:
    big = b'{"name": "' + b"a" * 70_000 + b'"}'

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 8192):
            yield big[start : start + 8192]

    for data in (big, chunks()):
        status, problem, _ = await ask(url, "POST", "/things", data=data, headers=JSON)
        assert (status, problem["type"]) == (413, "/problems/body-too-large")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/json; charset=nope"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_g4_g5_another_type_charset_or_compression_is_refused(
    url: str, headers: dict[str, str]
) -> None:
    status, _, _ = await ask(url, "POST", "/things", data=b'{"name": "a"}', headers=headers)

    assert status == 415


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"name": "a", "role": "admin"}, "", "extra-forbidden"),
        ({}, "/name", "missing"),
        ({"name": 3}, "/name", "string-type"),
        ({"name": "a", "count": "12"}, "/count", "int-type"),
        ({"name": "a", "count": True}, "/count", "int-type"),
        ({"name": "a\u0000b"}, "/name", "value-error"),
        ({"name": "a\r\nb"}, "/name", "value-error"),
        ({"name": "a\u202eb"}, "/name", "value-error"),
        ({"name": "   "}, "/name", "value-error"),
    ],
)
async def test_g6_g8_every_wrong_field_is_pointed_at_without_its_value(
    url: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    status, problem, _ = await ask(url, "POST", "/things", json=body)

    assert (status, problem["type"]) == (422, "/problems/invalid-request")
    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [(pointer, code)]
    assert "admin" not in json.dumps(problem)


async def test_g8_a_lone_surrogate_is_invalid(url: str) -> None:
    status, _, _ = await ask(url, "POST", "/things", data=b'{"name": "\\ud800"}', headers=JSON)

    assert status in {400, 422}


@pytest.mark.parametrize(
    "path", ["/things/1", "/things/01A2019D-0E72-77EE-BDFB-236AA8641FD4", "/things/%00", "/nowhere"]
)
async def test_g10_what_names_nothing_is_not_found(url: str, path: str) -> None:
    status, problem, _ = await ask(url, "GET", path)

    assert (status, problem["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("query", ["?limit=x", "?limit=1&limit=2", "?unknown=1", "?limit="])
async def test_g11_a_wrong_query_is_malformed(url: str, query: str) -> None:
    path = f"/things/01a2019d-0e72-77ee-bdfb-236aa8641fd4{query}"

    assert (await ask(url, "GET", path))[0] == 400


async def test_g16_methods_accept_and_expect(url: str) -> None:
    status, _, headers = await ask(url, "DELETE", "/things")
    assert status == 405
    assert headers["Allow"] == "POST"
    path = "/things/01a2019d-0e72-77ee-bdfb-236aa8641fd4"
    assert (await ask(url, "GET", path, headers={"Accept": "text/csv"}))[0] == 406
    assert (await ask(url, "POST", "/things", data=b"{}", headers={**JSON, "Expect": "x"}))[
        0
    ] == 417


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /away HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
        b"GET /away HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /away HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_g17_what_two_readers_could_read_differently_is_refused_and_closed(
    url: str, raw: bytes
) -> None:
    answer = await exchange(url, raw)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert b"application/problem+json" in answer


async def exchange(url: str, raw: bytes, drip: bytes = b"") -> bytes:
    """Sends raw bytes and reads until the server closes, within five seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))

    async def dripping() -> None:
        while drip:
            writer.write(drip)
            await asyncio.sleep(0.1)

    feeding = asyncio.create_task(dripping())
    try:
        writer.write(raw)
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        feeding.cancel()
        writer.close()


@pytest.mark.parametrize(
    ("raw", "drip"),
    [
        (b"", b""),
        (b"GET /away HTTP/1.1\r\nHost: x\r\n", b"X: a\r\n"),
        (b"GET /away HTTP/1.1\r\nHost: x\r\n\r\n", b""),
        (b"GET /away HTTP/1.1\r\nHost: x\r\n\r\nGET /aw", b""),
        (
            (
                b"POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n"
            ),
            b"a",
        ),
    ],
    ids=["silent", "dripped head", "idle after a request", "half a second head", "dripped body"],
)
async def test_g20_a_slow_client_is_let_go(url: str, raw: bytes, drip: bytes) -> None:
    await exchange(url, raw, drip)


async def test_refusals_carry_their_members_and_dependencies_a_retry_after(url: str) -> None:
    status, problem, _ = await ask(url, "GET", "/refused")
    assert (status, problem["type"]) == (409, "/problems/slot-taken")
    assert problem["detail"] == "Elija otra hora."
    assert problem["alternatives"] == []
    status, _, headers = await ask(url, "GET", "/away")
    assert status == 503
    assert "Retry-After" in headers


async def test_the_unforeseen_is_a_500_that_says_nothing(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = structlog.get_config()
    logs.configure(service="test", form="json", level="INFO")
    try:
        status, problem, _ = await ask(url, "GET", "/broken")
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()

    assert (status, problem["type"]) == (500, "/problems/internal-error")
    assert "canary" not in json.dumps(problem)
    written = capsys.readouterr().out
    assert "request_failed" in written
    assert "canary" not in written
