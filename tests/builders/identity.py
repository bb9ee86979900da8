"""Identity as a running service on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from aiohttp import web
from databases import Database as TestDatabase
from fakes.clock import MovableClock
from pydantic import SecretStr

from builders.roll import DELIVERY_KEY, INSTITUTE, NOW, NUMBER, SERIAL, Loader
from identity.app import build
from identity.parts import KEYRING, SIGNER
from identity.queries.deliveries import OpenDelivery, open_delivery
from identity.settings import Settings
from shared.database import Database
from shared.server import runner_for
from shared.service import DATABASE

NOTIFICATIONS_SECRET = "notifications-of-tests"
EMAIL = "titular@example.org"


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: Any
    headers: Any
    raw: bytes

    @property
    def slug(self) -> str:
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass(slots=True)
class World:
    """The running service; `clock` is its time, `database` its rows."""

    app: web.Application
    http: aiohttp.ClientSession
    clock: MovableClock
    loader: Loader

    @property
    def database(self) -> Database:
        return self.app[DATABASE]

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        bearer: str | None = None,
        headers: dict[str, str] | None = None,
        data: bytes | None = None,
    ) -> Answered:
        sent = dict(headers or {})
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        async with self.http.request(method, path, json=body, data=data, headers=sent) as answer:
            raw = await answer.read()
            readable = raw and "json" in answer.content_type
            return Answered(
                answer.status, orjson.loads(raw) if readable else None, answer.headers, raw
            )

    async def register(self, **changed: Any) -> Answered:
        return await self.call("POST", "/v1/accounts", registration(**changed))

    async def deliveries(self, template: str) -> list[OpenDelivery]:
        """What waits to be mailed, opened, the oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT delivery_id FROM deliveries WHERE template = $1 ORDER BY delivery_id",
                template,
            )
        return [
            await open_delivery(
                self.database, self.app[KEYRING], row["delivery_id"], now=self.clock()
            )
            for row in rows
        ]

    async def activation_token(self) -> str:
        return await self.mailed_token("activation")

    async def mailed_token(self, template: str) -> str:
        """The token of the newest letter of this kind that waits."""
        return (await self.deliveries(template))[-1].data["token"]

    async def notices(self) -> list[tuple[str, str]]:
        """To whom and about what, the oldest first."""
        waiting = await self.deliveries("account_notice")
        return [(one.to, one.data["notice"]) for one in waiting]

    async def activated(self, **changed: Any) -> str:
        """Registers and activates; returns the temporary password."""
        assert (await self.register(**changed)).status == 202
        token = await self.activation_token()
        made = await self.call("POST", "/v1/accounts/activations", {"token": token})
        assert made.status == 200
        return str(made.body["temporary_password"])

    async def log_in(self, username: str, password: str, **headers: str) -> Answered:
        body = {"username": username, "password": password}
        return await self.call("POST", "/v1/sessions", body, headers=headers)

    async def refresh(self, refresh_token: str) -> Answered:
        return await self.call("POST", "/v1/sessions/refresh", {"refresh_token": refresh_token})

    async def me(self, access_token: str) -> int:
        """The status with which the account shows itself to this token."""
        return (await self.call("GET", "/v1/me", bearer=access_token)).status

    async def events(self, routing_key: str) -> list[dict[str, Any]]:
        """Envelopes that wait in the outbox, the oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT body FROM outbox WHERE routing_key = $1 ORDER BY position", routing_key
            )
        return [orjson.loads(row["body"]) for row in rows]

    async def count(self, table: str) -> int:
        async with self.database.connection() as connection:
            counted: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
        return counted

    def service_token(self, service: str = "notifications") -> str:
        return self.app[SIGNER].service_token(service, self.clock())

    async def account_id(self) -> UUID:
        async with self.database.connection() as connection:
            found: UUID = await connection.fetchval("SELECT account_id FROM accounts LIMIT 1")
        return found


def registration(**changed: Any) -> dict[str, Any]:
    """A body that registers the family, with changes."""
    email = changed.pop("email", EMAIL)
    return {
        "affiliation_number": NUMBER,
        "serial_number": SERIAL,
        "phone": "6861234567",
        "email": email,
        "email_confirmation": email,
        "accepts": {
            "privacy_full": True,
            "privacy_simplified": True,
            "terms": True,
            "family_grouping": True,
        },
    } | changed


def settings(database: TestDatabase, institute: Path = INSTITUTE) -> Settings:
    return Settings(
        environment="development",
        institute=institute,
        database_url=SecretStr(database.app_url),
        # Nobody listens there: events stay in the outbox, where tests read them.
        amqp_url=SecretStr("amqp://identity:none@127.0.0.1:9/"),
        delivery_key=SecretStr(DELIVERY_KEY),
        client_secret_notifications=SecretStr(NOTIFICATIONS_SECRET),
        client_secret_scheduling=SecretStr("scheduling-of-tests"),
    )


@asynccontextmanager
async def running(given: Settings, folder: Path, at: datetime = NOW) -> AsyncIterator[World]:
    """The service on a free port, as it is served in production but for its clock."""
    clock = MovableClock(at)
    app = build(given, now=clock)
    runner = runner_for(app, keepalive_seconds=8.0)
    try:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=4)
        async with aiohttp.ClientSession(url, connector=connector) as http:
            yield World(app, http, clock, Loader(app[DATABASE], folder))
    finally:
        await runner.cleanup()
