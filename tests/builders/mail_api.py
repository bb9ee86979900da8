"""Notifications' API on the real chassis, over HTTP, beside a world of mails and on its clock."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import aiohttp
import orjson
from aiohttp import web
from fakes.chassis import keys, token

from builders.mail_facts import PROFILE
from builders.notifications import World
from notifications.api import contact, staff
from shared.audit import refusal_recorder
from shared.audited import REFUSALS
from shared.auth import Verifier
from shared.clock import Clock
from shared.ids import uuid7
from shared.operations import Operation
from shared.problems import problems
from shared.service import DATABASE
from shared.service import PROFILE as PROFILE_KEY
from shared.strict_json import BODY_BYTES
from shared.web import CLOCK, VERIFIER, add_operations, door

UNIT, OTHER_UNIT = (unit.code for unit in PROFILE.units[:2])
OPERATIONS: dict[str, Operation] = {str(one.audited): one for one in staff.routes}
"""Staff's, by their names in the audit."""
_BOUND = ("front_desk", "archive", "doctor")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Any
    raw: bytes

    @property
    def slug(self) -> str:
        """The problem's slug."""
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session."""

    account_id: UUID
    claims: dict[str, str]


def person(role: str = "affiliate", *, unit: str = UNIT, account_id: UUID | None = None) -> Person:
    """Somebody of this role, in the unit where the role is bound to one."""
    bound = {"unit": unit} if role in _BOUND else {}
    return Person(account_id or uuid7(), {"role": role, **bound})


@dataclass(slots=True)
class Api:
    """A running server."""

    url: str
    session: aiohttp.ClientSession
    world: World

    async def get(self, path: str, by: Person | None = None, **query: str) -> Answer:
        return await self.call("GET", path, by, params=query)

    async def post(
        self,
        path: str,
        body: Any,
        by: Person | None = None,
        *,
        key: str | None = None,
        address: str | None = None,
    ) -> Answer:
        headers = {"Idempotency-Key": key or str(uuid7())}
        if address is not None:
            headers["Sisa-Client-Address"] = address
        return await self.call("POST", path, by, headers=headers, json=body)

    async def call(
        self,
        method: str,
        path: str,
        by: Person | None,
        *,
        headers: dict[str, str] | None = None,
        **given: Any,
    ) -> Answer:
        """One call by somebody, or by nobody."""
        sent = dict(headers or {})
        if by is not None:
            now = self.world.clock()
            bearer = token(
                sub=str(by.account_id), iat=now, exp=now + timedelta(minutes=10), **by.claims
            )
            sent["Authorization"] = f"Bearer {bearer}"
        async with self.session.request(method, self.url + path, headers=sent, **given) as answer:
            raw = await answer.read()
            return Answer(answer.status, orjson.loads(raw), answer.headers, raw)

    async def write(self, by: Person | None = None, **changed: Any) -> Answer:
        """Sends the contact form; `key` and `address` go beside the body."""
        beside = {name: changed.pop(name) for name in ("key", "address") if name in changed}
        return await self.post("/v1/contact-messages", message(**changed), by, **beside)

    async def search(self, by: Person, query: str | None = None, **more: str) -> list[Any]:
        """The mails that staff find."""
        given = more if query is None else {"query": query, **more}
        answer = await self.get("/v1/staff/mails", by, **given)
        assert answer.status == 200, answer.body
        items: list[Any] = answer.body["items"]
        return items

    async def resend(self, by: Person, mail_id: object, key: str | None = None) -> Answer:
        return await self.post(f"/v1/staff/mails/{mail_id}/resending", {}, by, key=key)

    async def audited(self, operation: str) -> list[dict[str, Any]]:
        """The audit's rows of an operation, the oldest first."""
        async with self.world.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT actor_id, role, unit, subjects, outcome FROM audit"
                " WHERE operation = $1 ORDER BY audit_id",
                operation,
            )
        return [dict(row) for row in rows]


def message(**changed: Any) -> dict[str, Any]:
    """A valid form of who can't get in."""
    return {
        "kind": "problema_de_acceso",
        "email": "persona@example.org",
        "text": "No puedo entrar.\nYa pedí otra contraseña.",
        "accepts_notices": True,
    } | changed


@contextlib.asynccontextmanager
async def serving(world: World) -> AsyncIterator[Api]:
    """The API on a free port."""
    app = web.Application(middlewares=[door, problems], client_max_size=BODY_BYTES)
    clock: Clock = world.clock
    app[CLOCK] = clock
    app[DATABASE], app[PROFILE_KEY] = world.database, PROFILE
    app[REFUSALS] = refusal_recorder(world.database)
    app[VERIFIER] = Verifier(keys)
    await app[VERIFIER].load_keys(world.clock())
    for routes in (contact.routes, staff.routes):
        add_operations(app, routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Api(f"http://127.0.0.1:{runner.addresses[0][1]}", session, world)
    finally:
        await runner.cleanup()
