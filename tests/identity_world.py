"""Identity as a running service on a database of its own, and a roll to register from."""

import base64
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from aiohttp import web
from databases import Database as TestDatabase
from fakes.clock import MovableClock
from pydantic import SecretStr

from identity.app import build
from identity.domain.roll_line import HEADER, Rules
from identity.parts import KEYRING, SIGNER
from identity.queries.deliveries import OpenDelivery, open_delivery
from identity.repository.roll_loads import LoadCounts
from identity.sealing import Keyring
from identity.settings import Settings
from identity.usecases.load_roll import load_roll
from shared.clock import local_day
from shared.database import Database
from shared.profile import load_profile
from shared.server import runner_for
from shared.service import DATABASE

INSTITUTE = Path(__file__).parents[1] / "deploy" / "institutes" / "issstecali"
PROFILE = load_profile(INSTITUTE)
UNIT, OTHER_UNIT = PROFILE.units[0].code, PROFILE.units[1].code
NOW = datetime(2031, 3, 1, 18, 0, 0, 250_000, tzinfo=UTC)
TODAY = local_day(NOW, PROFILE.zone_info)
DELIVERY_KEY = base64.b64encode(bytes(range(32))).decode()
NOTIFICATIONS_SECRET = "notifications-of-tests"
NUMBER, SERIAL = "90000001", "AAAA3333"
SPOUSE = "90000002"
EMAIL = "titular@example.org"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roll as text, valid by default: a covered holder with a serial."""

    affiliation_number: str = NUMBER
    holder_number: str = NUMBER
    serial_number: str = SERIAL
    given_names: str = "Ana"
    first_surname: str = "Muestra"
    second_surname: str = "Modelo"
    birth_on: str = "1980-05-05"
    sex: str = "F"
    relation: str = "holder"
    home_unit: str = UNIT
    valid_from: str = "2010-01-01"
    valid_to: str = ""


FAMILY = (
    Line(),
    Line(SPOUSE, given_names="Luis", sex="M", relation="spouse", birth_on="1979-01-02"),
)


def holders(count: int, first: int = 91_000_000) -> list[Line]:
    """Holders of as many families, each with a serial of its own."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    lines = []
    for place in range(count):
        number = str(first + place)
        serial = "SERVA" + "".join(letters[place // 32**power % 32] for power in range(4))
        lines.append(replace(Line(number, number), serial_number=serial))
    return lines


def roll_text(lines: list[Line] | tuple[Line, ...]) -> str:
    """The file that the institute would send."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for line in lines:
        writer.writerow([getattr(line, column.name) for column in fields(line)])
    return text.getvalue()


def rules(today: date = TODAY) -> Rules:
    return Rules(
        number=PROFILE.valid_affiliation_number,
        serial=PROFILE.valid_serial_number,
        home_units=frozenset(unit.code for unit in PROFILE.units),
        today=today,
    )


@dataclass(slots=True)
class Loader:
    """Loads rolls into a database, keeping the last report."""

    database: Database
    folder: Path
    keyring: Keyring = field(default_factory=lambda: Keyring(DELIVERY_KEY))
    reported: list[tuple[int, str, str]] = field(default_factory=list)

    async def text(
        self, text: str | bytes, *, confirmed: bool = False, now: datetime = NOW
    ) -> LoadCounts | None:
        path = self.folder / "roll.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.reported.clear()
        return await load_roll(
            self.database,
            self.keyring,
            rules(local_day(now, PROFILE.zone_info)),
            path,
            confirmed=confirmed,
            report=lambda line, column, code: self.reported.append((line, column, code)),
            progress=lambda _read: None,
            now=now,
        )

    async def lines(
        self,
        lines: list[Line] | tuple[Line, ...],
        *,
        confirmed: bool = False,
        now: datetime = NOW,
    ) -> LoadCounts | None:
        return await self.text(roll_text(lines), confirmed=confirmed, now=now)


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
        return (await self.deliveries("activation"))[-1].data["token"]

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
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=4)
    async with aiohttp.ClientSession(url, connector=connector) as http:
        yield World(app, http, clock, Loader(app[DATABASE], folder))
    await runner.cleanup()
