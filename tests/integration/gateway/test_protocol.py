"""Requests that no well-meant client sends: refused with a problem and a closed connection."""

import orjson
import pytest
from builders.gateway import World
from fakes.neighbour import Neighbour

HEAD = b"GET /v1/institute HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
MALFORMED = {
    "length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "signed length": POST + b"Content-Length: +2\r\n\r\n{}",
    "space before the colon": b"GET /v1/institute HTTP/1.1\r\nHost : x\r\n\r\n",
    "line feeds alone": b"GET /v1/institute HTTP/1.1\nHost: x\n\n",
    "no host": b"GET /v1/institute HTTP/1.1\r\n\r\n",
    "two hosts": HEAD + b"Host: y\r\n\r\n",
    "nul in a header": HEAD + b"X: a\0b\r\n\r\n",
    "long header": HEAD + b"X: " + b"a" * 9000 + b"\r\n\r\n",
    "long address": b"GET /v1/institute?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two hundred headers": HEAD + b"".join(b"X%d: a\r\n" % i for i in range(200)) + b"\r\n",
    "not http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "broken chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "websocket": HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "letters beyond ascii in the query": b"GET /v1/institute?\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
async def test_g_17_what_cannot_be_read_is_400_and_the_end_of_the_connection(
    world: World, identity: Neighbour, name: str
) -> None:
    answer = await world.raw(MALFORMED[name])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert answer.split()[1] in {b"400", b"414", b"431"}
    assert b"application/problem+json" in head
    assert b"Server:" not in head
    assert b"X-Content-Type-Options: nosniff" in head
    assert orjson.loads(body)["title"]
    assert not identity.asked


@pytest.mark.parametrize(
    "target", ["/internal/tokens", "/v1/../internal/tokens", "/v1/members/../../internal/tokens",
               "/v1/sessions/..%2f..%2finternal", "//internal/tokens", "/v1//institute",
               "/INTERNAL/tokens", "/v1/institute/documents/%2e%2e"],
)  # fmt: skip
async def test_what_is_internal_cannot_be_reached_by_any_spelling(
    world: World, identity: Neighbour, scheduling: Neighbour, target: str
) -> None:
    got = await world.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert got.split()[1] == b"404"
    assert not identity.asked
    assert not scheduling.asked


async def test_an_address_in_absolute_form_leads_to_our_services_alone(
    world: World, identity: Neighbour
) -> None:
    got = await world.raw(
        b"GET http://evil.example.org/v1/institute HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert got.split()[1] == b"200"
    assert identity.asked[-1].target == "/v1/institute"
    assert identity.asked[-1].headers["Host"] == f"127.0.0.1:{identity.port}"


async def test_connect_and_an_upgrade_to_http_2_open_no_tunnel(
    world: World, identity: Neighbour
) -> None:
    tunnel = await world.raw(b"CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert tunnel.split()[1] in {b"400", b"404", b"405"}
    plain = await world.raw(
        HEAD + b"Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    )
    assert plain.split()[1] == b"200"
    assert "Upgrade" not in identity.asked[-1].headers


async def test_a_chunked_body_past_the_limit_is_413(world: World, identity: Neighbour) -> None:
    chunks = b"".join(b"1000\r\n" + b"a" * 4096 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
    got = await world.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert got.split()[1] == b"413"
    assert not identity.asked


async def test_a_body_of_exactly_64_kib_passes_and_one_byte_more_does_not(
    world: World, identity: Neighbour
) -> None:
    headers = {"Content-Type": "application/json"}
    most = await world.call("POST", "/v1/sessions", headers=headers, body=b" " * 65_536)
    more = await world.call("POST", "/v1/sessions", headers=headers, body=b" " * 65_537)
    assert (most.status, more.status) == (200, 413)
    assert len(identity.asked[-1].body) == 65_536
