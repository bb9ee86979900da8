"""A gateway on loopback, both listeners, with the neighbours that a test gives it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from gateway.app import build
from gateway.replicas import Resolve, resolve
from gateway.settings import Settings
from shared.server import GuardedSite, runner_for

CREDENTIAL = "portal-credential-of-the-test"
INSTITUTE = Path(__file__).parents[2] / "deploy" / "institutes" / "issstecali"


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass(slots=True)
class World:
    """`public` and `portal` are the listeners' ports."""

    public: int
    portal: int
    session: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        port: int | None = None,
    ) -> Got:
        """One request to the public listener, or to the one given."""
        url = f"http://127.0.0.1:{port or self.public}{path}"
        async with self.session.request(
            method, URL(url, encoded=True), headers=headers, data=body,
            allow_redirects=False,
        ) as answer:  # fmt: skip
            return Got(answer.status, answer.headers, await answer.read())

    async def raw(self, sent: bytes, seconds: float = 12.0, port: int | None = None) -> bytes:
        """Sends bytes, reads until the gateway closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port or self.public)
        try:
            writer.write(sent)
            async with asyncio.timeout(seconds):
                return await reader.read(-1)
        finally:
            writer.close()


def settings(identity: str, scheduling: str, **given: Any) -> Settings:
    """Notifications' calls go to scheduling's neighbour unless told."""
    given.setdefault("notifications_url", scheduling)
    return Settings(
        institute=INSTITUTE,
        environment="development",
        identity_url=identity,
        scheduling_url=scheduling,
        clinical_records_url=given.pop("clinical_records_url", scheduling),
        portal_credential=CREDENTIAL,
        **given,
    )


@asynccontextmanager
async def gateway(given: Settings, lookup: Resolve = resolve) -> AsyncIterator[World]:
    """The gateway as its own process serves it, on free ports."""
    runners = [runner_for(app, keepalive_seconds=8.0) for app in build(given, lookup)]
    ports = []
    try:
        for runner in runners:
            await runner.setup()
            site = GuardedSite(runner, "127.0.0.1", 0)
            await site.start()
            ports.append(runner.addresses[0][1])
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            yield World(ports[0], ports[1], session)
    finally:
        for runner in runners:
            await runner.cleanup()
