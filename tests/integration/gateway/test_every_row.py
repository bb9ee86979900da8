"""What may come from outside, on every row of the table: its status, a problem, never a 5xx.

The neighbours stand on the real chassis, so that what the services judge is judged.
"""

import gzip
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
import pytest
from builders.gateway import World, gateway, settings
from fakes.chassis import WITH_BODY, every_row, idempotent, token

from gateway.limits import SESSION
from gateway.table import ROWS, Row
from shared import clock
from shared.contracts.problems import PROBLEMS
from shared.ids import uuid7

CANARY = "canary-b7"
GOOD = {"text": "hola", "digits": "0123456789", "count": 1, "on": "2026-12-01"}
SAMPLES = {"token": "A" * 43, "name": "terms"}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    status: int
    method: str | None = None
    """None: the row's own."""
    suffix: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    without: str = ""
    body: bytes | None = None
    segment: str | None = None
    """Stands in the place of each id."""


def _json(**changed: object) -> bytes:
    return orjson.dumps(GOOD | changed)


ANY_ROW = (
    Case("g5 compressed", 415, headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"{}")),
    Case("g3 too large", 413, body=b'"' + b"a" * 65_600 + b'"'),
    Case("g11 unknown parameter", 400, suffix=f"?unknown={CANARY}"),
    Case("g16 method not offered", 405, method="LOCK"),
    Case("g16 trace", 405, method="TRACE"),
    Case("g16 options", 405, method="OPTIONS"),
    Case("g16 head", 405, method="HEAD"),
    Case("g16 unknown method", 405, method="PROPFIND"),
    Case("g16 unknown path", 404, suffix=f"/{CANARY}/none"),
    Case("g16 accept not offered", 406, headers={"Accept": "text/csv"}),
    Case("g16 expect", 417, headers={"Expect": CANARY}),
)
BODIES = (
    Case("g1 invalid", 400, body=b"{"),
    Case("g1 empty", 400, body=b""),
    Case("g1 trailing garbage", 400, body=b"{}" + CANARY.encode()),
    Case("g1 byte order mark", 400, body=b"\xef\xbb\xbf{}"),
    Case("g1 invalid utf-8", 400, body=b'{"text": "\xff\xfe"}'),
    Case("g2 deep", 400, body=b"[" * 33 + b"]" * 33),
    Case("g2 very deep", 400, body=b"[" * 30_000),
    Case("g2 long integer", 400, body=b'{"count": ' + b"1" * 5000 + b"}"),
    Case("g2 nan", 400, body=b'{"count": NaN}'),
    Case("g2 twice", 400, body=b'{"count": 1, "count": 2}'),
    Case("g4 no type", 415, without="Content-Type", body=_json()),
    Case("g4 text", 415, headers={"Content-Type": "text/plain"}, body=_json()),
    Case("g4 form", 415, headers={"Content-Type": "multipart/form-data"}, body=_json()),
    Case("g4 charset", 415, headers={"Content-Type": "application/json; charset=nope"}, body=b"{}"),
    Case("g6 unknown field", 422, body=_json(role=CANARY)),
    Case("g7 text for a number", 422, body=_json(count="12")),
    Case("g7 truth for a number", 422, body=_json(count=True)),
    Case("g7 number for a date", 422, body=_json(on=1689984000)),
    Case("g8 nul", 422, body=_json(text=f"{CANARY}\0")),
    Case("g8 line break", 422, body=_json(text=f"{CANARY}\r\nBcc: x")),
    Case("g8 bidi", 422, body=_json(text=f"{CANARY}\u202e")),
    Case("g8 blank", 422, body=_json(text="   ")),
    Case("g8 long", 422, body=_json(text="ñ" * 201)),
    Case("g9 arabic digits", 422, body=_json(digits="٠١٢٣٤٥٦٧٨٩")),
    Case("well", 200, body=_json()),
)
IDS = (
    Case("g10 nul", 404, segment="%00"),
    Case("g10 slash", 404, segment="..%2f"),
    Case("g10 dots", 404, segment=".."),
    Case("g10 encoded dots", 404, segment="%2e%2e"),
    Case("g10 long", 404, segment="a" * 200),
)
UUIDS = (
    Case("g10 not a uuid", 404, segment="12"),
    Case("g10 upper case", 404, segment="0190AAAA-0000-7000-8000-000000000000"),
)
SESSIONS = (
    Case("g12 no session", 401, without="Authorization"),
    Case("g12 garbage", 401, headers={"Authorization": f"Bearer {CANARY}"}),
    Case("g12 other scheme", 401, headers={"Authorization": "Basic dXNlcjpwYXNz"}),
    Case("g12 expired", 401, headers={
        "Authorization": f"Bearer {token(exp=clock.now() - timedelta(minutes=1))}"
    }),
    Case("g12 other audience", 401, headers={"Authorization": f"Bearer {token(aud='other')}"}),
    Case("r-07 temporary password to be changed", 403, headers={
        "Authorization": f"Bearer {token(must_change_password=True)}"
    }),
    Case("g12 alg none", 401, headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}),
)  # fmt: skip
KEYS = (
    Case("g14 missing", 400, without="Idempotency-Key", body=_json()),
    Case("g14 long", 400, headers={"Idempotency-Key": "k" * 129}, body=_json()),
    Case("g14 spaces", 400, headers={"Idempotency-Key": "k k"}, body=_json()),
)


def _cases() -> Iterator[tuple[Row, str, Case]]:
    for row in ROWS:
        for method in row.methods:
            cases = [case for case in ANY_ROW if case.method not in row.methods]
            cases += BODIES if method in WITH_BODY else []
            cases += IDS if "{" in row.path else []
            cases += UUIDS if "_id}" in row.path else []
            cases += SESSIONS if row.limit is SESSION else []
            cases += KEYS if method == "POST" and idempotent(row) else []
            for case in cases:
                yield row, method, case


ALL = list(_cases())


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    async with every_row() as url, gateway(settings(url, url)) as running:
        yield running


def _path(row: Row, segment: str | None) -> str:
    path = row.path
    for name in [part[1:-1] for part in row.path.split("/") if part.startswith("{")]:
        sample = SAMPLES.get(name, str(uuid7()))
        path = path.replace(f"{{{name}}}", sample if segment is None else segment)
    return path


@pytest.mark.parametrize(
    ("row", "method", "case"), ALL, ids=[f"{m} {r.path} {c.name}" for r, m, c in ALL]
)
async def test_every_row_answers_what_it_should(
    world: World, row: Row, method: str, case: Case
) -> None:
    headers = {
        "Authorization": f"Bearer {token()}", "Idempotency-Key": str(uuid7()),
        "Content-Type": "application/json",
    } | case.headers  # fmt: skip
    headers.pop(case.without, None)
    body = case.body if case.body is not None else _json() if method in WITH_BODY else None
    if case.without == "Content-Type":
        got = await _bare(world, method, _path(row, case.segment), headers, body or b"")
    else:
        path = _path(row, case.segment) + case.suffix
        sent = None if (case.method or method) == "TRACE" else body
        answer = await world.call(case.method or method, path, headers=headers, body=sent)
        got = answer.status
        if case.status >= 400 and "HEAD" not in {method, case.method}:
            problem = orjson.loads(answer.body)
            assert answer.headers["Content-Type"].startswith("application/problem+json")
            assert problem["type"].removeprefix("/problems/") in PROBLEMS
            assert problem["status"] == case.status
            assert len(problem["trace_id"]) == 32
            assert CANARY not in answer.body.decode()
        if case.status == 405:
            assert method in answer.headers["Allow"]
        if case.status == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert got == case.status


async def _bare(world: World, method: str, path: str, headers: dict[str, str], body: bytes) -> int:
    """Without the content type that a client library would add by itself."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}"
    sent = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return int((await world.raw(sent)).split()[1])
