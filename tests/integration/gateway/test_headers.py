"""What of a request's headers reaches a service, and what of an answer's reaches the client."""

import pytest
from aiohttp import web
from builders.gateway import CREDENTIAL, World, gateway, settings
from fakes.neighbour import Neighbour

FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Host": "elsewhere.example.org",
    "X-Forwarded-Proto": "https",
    "X-Real-IP": "203.0.113.7",
    "X-User-Id": "0190",
    "X-User-Role": "administrator",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "for=203.0.113.7",
    "Sisa-Client-Address": "203.0.113.7",
    "Sisa-Portal-Credential": CREDENTIAL,
    "traceparent": "00-11111111111111111111111111111111-2222222222222222-01",
    "Cookie": "sisa=1",
    "TE": "trailers",
    "Proxy-Authorization": "Basic x",
    "Keep-Alive": "timeout=100",
}


async def test_forged_headers_end_at_the_gateway_and_the_address_is_the_sockets(
    world: World, scheduling: Neighbour
) -> None:
    headers = FORGED | {"Authorization": "Bearer token", "Sisa-Channel": "mobile"}
    await world.call("GET", "/v1/appointments?filter=history", headers=headers)
    (received,) = scheduling.asked
    assert set(received.headers) == {
        "Host", "Authorization", "Sisa-Channel", "User-Agent", "Accept", "Accept-Encoding",
        "Sisa-Client-Address", "traceparent",
    }  # fmt: skip
    assert received.headers["Sisa-Client-Address"] == "127.0.0.1"
    assert "1111111111111111" not in received.headers["traceparent"]
    assert received.target == "/v1/appointments?filter=history"


async def test_a_request_reaches_its_service_byte_for_byte(
    world: World, scheduling: Neighbour
) -> None:
    body = b'{ "member_id":"\xc3\xb1", "slot_id" : null }'
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": "k-1"}
    await world.call("POST", "/v1/appointments", headers=headers, body=body)
    (received,) = scheduling.asked
    assert received.body == body
    assert received.headers["Content-Type"] == "application/json; charset=utf-8"
    assert received.headers["Idempotency-Key"] == "k-1"


async def test_an_answer_reaches_the_client_byte_for_byte(
    world: World, scheduling: Neighbour
) -> None:
    body = b'{"items": [],  "next": null}\n'
    given = {
        "Content-Type": "application/json", "Cache-Control": "no-store", "ETag": '"v1"',
        "Retry-After": "7", "Location": "/v1/appointments/1", "Server": "aiohttp",
        "Set-Cookie": "a=b", "X-Powered-By": "python", "Content-Security-Policy": "default-src *",
        "Content-Disposition": 'attachment; filename="a.ics"',
    }  # fmt: skip
    scheduling.answering = lambda _: web.Response(body=body, status=409, headers=given)
    got = await world.call("GET", "/v1/appointments")
    assert (got.status, got.body) == (409, body)
    for name in ("Content-Type", "Cache-Control", "ETag", "Retry-After", "Location"):
        assert got.headers[name] == given[name]
    assert got.headers["Content-Disposition"] == given["Content-Disposition"]
    assert got.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not {"Server", "Set-Cookie", "X-Powered-By"} & set(got.headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/v1/me"), ("PUT", "/v1/me"), ("GET", "/nowhere"),
        ("GET", "/problems/slot-taken"), ("GET", "/pages.css"), ("GET", "/activar"),
        ("GET", "/health/ready"), ("GET", "/health/live"),
    ],
)  # fmt: skip
async def test_every_answer_carries_the_security_headers(
    world: World, method: str, path: str
) -> None:
    got = await world.call(method, path)
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]
    assert "script-src" not in got.headers["Content-Security-Policy"]
    assert got.headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in got.headers
    assert "Strict-Transport-Security" not in got.headers


async def test_hsts_is_said_where_the_public_address_is_https(
    identity: Neighbour, scheduling: Neighbour
) -> None:
    given = settings(identity.url, scheduling.url, public_url="https://sisa.example.org")
    async with gateway(given) as world:
        got = await world.call("GET", "/v1/me")
    assert got.headers["Strict-Transport-Security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        (b"Authorization", b"Bearer \xff\xfe", 401),
        (b"Idempotency-Key", "ñ".encode(), 400),
        (b"User-Agent", b"\xff\xfe", 200),
        (b"Content-Type", "aplicación/json".encode(), 200),
    ],
)
async def test_letters_beyond_ascii_in_a_header_are_never_a_500(
    world: World, header: bytes, value: bytes, status: int
) -> None:
    got = await world.raw(
        b"GET /v1/appointments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + header + b": " + value + b"\r\n\r\n"
    )  # fmt: skip
    assert got.startswith(f"HTTP/1.1 {status}".encode())


async def test_a_foreign_host_is_421_where_hosts_are_named(
    identity: Neighbour, scheduling: Neighbour
) -> None:
    given = settings(identity.url, scheduling.url, hosts="sisa.example.org,localhost")
    async with gateway(given) as world:
        ours = await world.call("GET", "/v1/me", headers={"Host": "sisa.example.org"})
        with_port = await world.call("GET", "/v1/me", headers={"Host": "localhost:8080"})
        foreign = await world.call("GET", "/v1/me", headers={"Host": "evil.example.org"})
    assert (ours.status, with_port.status, foreign.status) == (200, 200, 421)
