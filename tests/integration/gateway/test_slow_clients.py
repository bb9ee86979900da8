"""Clients that never finish: each is closed within ten seconds while the others are served."""

import asyncio
import time
from itertools import repeat

import pytest
from builders.gateway import World
from builders.pace import within

LIMIT = 9.0 + within(1.0)
_POST = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SHAPES = {
    "silence": (b"", b""),
    "half a request line": (b"GET /v1/ins", b""),
    "headers in drips": (b"GET /v1/institute HTTP/1.1\r\nHost: x\r\n", b"X: a\r\n"),
    "a body in drips": (_POST + b"Content-Length: 1000\r\n\r\n", b"a"),
    "a body that never comes": (_POST + b"Content-Length: 100\r\n\r\n{", b""),
    "chunks in drips": (_POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "too large a body in drips": (_POST + b"Content-Length: 100000\r\n\r\n", b"a" * 50),
    "idle after an answer": (b"GET /v1/institute HTTP/1.1\r\nHost: x\r\n\r\n", b""),
    "half a second request": (
        b"GET /v1/institute HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/ins", b"",
    ),
}  # fmt: skip


async def _seconds_open(port: int, first: bytes, drip: bytes) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    writer.write(first)

    async def dripping() -> None:
        for _ in repeat(None):
            await asyncio.sleep(0.5)
            writer.write(drip)

    task = asyncio.create_task(dripping()) if drip else None
    try:
        async with asyncio.timeout(20):
            while await reader.read(4096):
                pass
    except ConnectionError:
        pass
    finally:
        if task is not None:
            task.cancel()
        writer.close()
    return time.monotonic() - began


async def test_every_shape_of_slowness_is_closed_within_ten_seconds(world: World) -> None:
    slow = [
        asyncio.create_task(_seconds_open(world.public, *shape), name=name)
        for name, shape in SHAPES.items()
        for _ in range(20)
    ]
    await asyncio.sleep(1)
    began = time.monotonic()
    answers = await asyncio.gather(*(world.call("GET", "/v1/institute") for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert time.monotonic() - began < within(2)
    late = {
        task.get_name(): seconds
        for task, seconds in zip(slow, await asyncio.gather(*slow), strict=True)
        if seconds > LIMIT
    }
    assert late == {}


@pytest.mark.parametrize("name", ["a body in drips", "a body that never comes"])
async def test_a_body_that_does_not_come_is_answered_408(world: World, name: str) -> None:
    got = await world.raw(SHAPES[name][0])
    assert got.split()[1] == b"408"
    assert b"/problems/request-timeout" in got
