"""The gateway as a process: it starts without its neighbours, and ends in order on SIGTERM."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from builders.gateway import INSTITUTE
from builders.pace import within
from fakes.neighbour import Neighbour, Received


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def _process(
    identity: str, port: int, **changed: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "GATEWAY_ENVIRONMENT": "development", "GATEWAY_INSTITUTE": str(INSTITUTE),
        "GATEWAY_IDENTITY_URL": identity, "GATEWAY_SCHEDULING_URL": identity,
        "GATEWAY_CLINICAL_RECORDS_URL": identity, "GATEWAY_NOTIFICATIONS_URL": identity,
        "GATEWAY_PORT": str(port), "GATEWAY_PORTAL_CREDENTIAL": "made up",
    } | changed  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _get(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(url) as answer:
        return answer.status


async def _started(session: aiohttp.ClientSession, url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await _get(session, f"{url}/health/ready")
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
            else:
                return


async def test_sigterm_lets_what_is_under_way_finish_and_ends_within_ten_seconds(
    identity: Neighbour,
) -> None:
    async def slowly(_received: Received) -> web.Response:
        await asyncio.sleep(1.0)
        return web.json_response({})

    identity.answering = slowly
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session, _process(identity.url, port) as process:
        await _started(session, url)
        under_way = [asyncio.create_task(_get(session, f"{url}/v1/institute")) for _ in range(20)]
        await asyncio.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert set(await asyncio.gather(*under_way)) == {200}
        assert await asyncio.wait_for(process.wait(), within(10)) == 0
        assert time.monotonic() - began < within(10)


async def test_a_demo_institute_does_not_start_in_production_and_the_reason_is_one_line(
    identity: Neighbour,
) -> None:
    async with _process(
        identity.url, 0, GATEWAY_ENVIRONMENT="production", GATEWAY_PUBLIC_URL="https://example.org"
    ) as process:
        _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert said.decode().count("\n") == 1
    assert "demo" in said.decode()
    assert b"made up" not in said
