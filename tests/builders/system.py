"""A whole running system, read as scripts read it, and the people who use it."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import asyncpg

from deploy.local.server import Broker, Server

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Servers:
    """The PostgreSQL and the RabbitMQ below the system, to be killed and started by tests."""

    postgres: Server
    rabbitmq: Broker


@dataclass(slots=True)
class Answer:
    """What an HTTP call got."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def slug(self) -> str:
        """The problem's slug."""
        return str(self.json()["type"]).removeprefix("/problems/")


@dataclass(slots=True)
class System:
    """`.run/system.json` and `.run/local.json` of a running system, and ways to speak to it."""

    folder: Path
    facts: dict[str, Any]
    local: dict[str, Any]
    session: aiohttp.ClientSession
    _spare: list[dict[str, str]] = field(default_factory=list)

    @property
    def gateway(self) -> str:
        return str(self.facts["gateway"])

    @property
    def identity_environment(self) -> dict[str, str]:
        """What identity's commands need, as `make run` gives it."""
        return {
            "IDENTITY_ENVIRONMENT": "development",
            "IDENTITY_INSTITUTE": self.local["institute"],
            "IDENTITY_PUBLIC_URL": self.gateway,
            "IDENTITY_SECRETS_DIR": self.local["secrets"]["identity"],
        }

    def pid(self, name: str) -> int:
        """A process's id now: one that was killed has come back with another."""
        facts = json.loads((self.folder / "system.json").read_text())
        return int(facts["processes"][name])

    def spare_family(self) -> dict[str, str]:
        """`{affiliation_number, serial_number}` of a family nobody has taken yet."""
        return self._spare.pop(0)

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        key: str | None = None,
        base: str | None = None,
        **given: Any,
    ) -> Answer:
        """One call through the gateway, or straight to `base`."""
        headers = dict(given.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        url = (base or self.gateway) + path
        async with self.session.request(method, url, headers=headers, **given) as answer:
            return Answer(answer.status, await answer.read(), dict(answer.headers))

    async def value(self, service: str, sql: str, *arguments: object) -> Any:
        """One value of a service's database, read as its owner."""
        connection = await asyncpg.connect(self.facts["databases"][service])
        try:
            return await connection.fetchval(sql, *arguments)
        finally:
            await connection.close()

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails that reached an address, newest first."""
        mailbox = self.facts["mailbox"]
        wanted = {"query": f"to:{address}", "limit": "500"}
        async with self.session.get(f"{mailbox}/api/v1/search", params=wanted) as answer:
            listed = (await answer.json())["messages"]
        found = []
        for message in listed:
            async with self.session.get(f"{mailbox}/api/v1/message/{message['ID']}") as answer:
                found.append({**await answer.json(), "ID": message["ID"]})
        return found

    async def mail(self, address: str, *, number: int, seconds: float = 60.0) -> dict[str, Any]:
        """The newest mail to an address once so many have come; fails after `seconds`."""
        async with asyncio.timeout(seconds):
            found = await self.mails(address)
            while len(found) < number:  # another process is waited for
                await asyncio.sleep(0.2)
                found = await self.mails(address)
        return found[0]

    async def mailed(
        self, address: str, pattern: re.Pattern[str], *, seconds: float = 60.0
    ) -> re.Match[str]:
        """The first match in any mail to an address, once it has come: mails have no order."""
        async with asyncio.timeout(seconds):
            while True:  # another process is waited for
                for mail in await self.mails(address):
                    if (match := pattern.search(mail["Text"])) is not None:
                        return match
                await asyncio.sleep(0.2)


@dataclass(slots=True)
class Person:
    """A family with an account, logged in."""

    system: System
    username: str
    password: str
    token: str = ""
    member_id: str = ""
    members: list[dict[str, Any]] = field(default_factory=list)

    async def log_in(self) -> Self:
        """Logs in, patiently where the service says so, and reads the family."""
        body = {"username": self.username, "password": self.password}
        answer = await self.system.call("POST", "/v1/sessions", json=body)
        while answer.status == 429:
            await asyncio.sleep(float(answer.headers["Retry-After"]))
            answer = await self.system.call("POST", "/v1/sessions", json=body)
        assert answer.status == 201, answer.body
        self.token = answer.json()["access_token"]
        listed = await self.get("/v1/members")
        self.members = listed.json()["items"]
        self.member_id = self.members[0]["id"]
        return self

    async def get(self, path: str) -> Answer:
        return await self.system.call("GET", path, token=self.token)

    async def book(self, slot_id: str, *, key: str, member_id: str | None = None) -> Answer:
        body = {"member_id": member_id or self.member_id, "slot_id": slot_id}
        return await self.system.call(
            "POST", "/v1/appointments", token=self.token, key=key, json=body
        )

    async def cancel(self, appointment_id: str, *, key: str) -> Answer:
        path = f"/v1/appointments/{appointment_id}/cancellation"
        return await self.system.call("POST", path, token=self.token, key=key, json={})

    async def first_slot(self) -> dict[str, Any]:
        """The first free slot with any doctor of general medicine."""
        path = f"/v1/members/{self.member_id}/slots?service=medicina_general&first=true"
        answer = await self.get(path)
        assert answer.status == 200, answer.body
        slot: dict[str, Any] = answer.json()["items"][0]
        return slot
