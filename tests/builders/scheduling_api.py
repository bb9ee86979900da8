"""Scheduling's whole API on the real chassis, over HTTP, with a clock that a test moves."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fakes.clock import MovableClock
from jwt import PyJWK
from jwt.algorithms import OKPAlgorithm

from builders.scheduling import NOW, PROFILE, Family
from scheduling.api import (
    appointments,
    menus,
    staff_agendas,
    staff_appointments,
    staff_audit,
    staff_closures,
    staff_days,
    staff_doctors,
    staff_members,
    staff_moves,
    staff_sanctions,
)
from shared.audit import refusal_recorder
from shared.audited import REFUSALS
from shared.auth import ACCESS_TYPE, AUDIENCE, ISSUER, Verifier
from shared.database import Database
from shared.ids import uuid7
from shared.problems import problems
from shared.profile import Profile
from shared.service import DATABASE
from shared.service import PROFILE as PROFILE_KEY
from shared.strict_json import BODY_BYTES
from shared.web import CLOCK, VERIFIER, add_operations, door

_KEY = Ed25519PrivateKey.generate()
_LIFE_SECONDS = 600
_MODULES = (
    menus, appointments, staff_members, staff_appointments, staff_days, staff_sanctions,
    staff_agendas, staff_doctors, staff_closures, staff_moves, staff_audit,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def slug(self) -> str:
        """The problem's slug."""
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass(slots=True)
class Api:
    """A running server; calls are made with a token of the family's account."""

    url: str
    session: aiohttp.ClientSession
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    async def get(self, family: Family, path: str) -> Answer:
        return await self._call("GET", family, path, {})

    async def post(
        self, family: Family, path: str, body: dict[str, Any], *, key: str | None = None
    ) -> Answer:
        return await self._call(
            "POST", family, path, {"Idempotency-Key": key or str(uuid7())}, json=body
        )

    async def _call(
        self, method: str, family: Family, path: str, headers: dict[str, str], **given: Any
    ) -> Answer:
        token = self.token(
            sub=str(family.account_id), role="affiliate", family_id=str(family.family_id)
        )
        return await self.call(method, path, token, headers=headers, **given)

    def token(self, **claims: str) -> str:
        """An access token with these claims, issued now."""
        issued = int(self.clock().timestamp())
        common = {
            "iss": ISSUER, "aud": AUDIENCE, "sid": str(uuid7()), "jti": str(uuid7()),
            "iat": issued, "exp": issued + _LIFE_SECONDS,
        }  # fmt: skip
        return jwt.encode(
            common | claims, _KEY, algorithm="EdDSA", headers={"typ": ACCESS_TYPE, "kid": "k1"}
        )

    async def call(
        self, method: str, path: str, token: str | None, *, headers: dict[str, str], **given: Any
    ) -> Answer:
        """One call with this token, or with none."""
        if token is not None:
            headers = {"Authorization": f"Bearer {token}", **headers}
        async with self.session.request(
            method, self.url + path, headers=headers, **given
        ) as answer:
            return Answer(answer.status, json.loads(await answer.read()))


async def _keys() -> dict[str, PyJWK]:
    return {"k1": PyJWK(OKPAlgorithm.to_jwk(_KEY.public_key(), as_dict=True), algorithm="EdDSA")}


@contextlib.asynccontextmanager
async def serving(database: Database, profile: Profile = PROFILE) -> AsyncIterator[Api]:
    """The API on a free port, its clock at NOW."""
    clock = MovableClock(NOW)
    app = web.Application(middlewares=[door, problems], client_max_size=BODY_BYTES)
    app[CLOCK] = clock.__call__
    app[DATABASE], app[PROFILE_KEY] = database, profile
    app[REFUSALS] = refusal_recorder(database)
    app[VERIFIER] = Verifier(_keys)
    await app[VERIFIER].load_keys(clock())
    for module in _MODULES:
        add_operations(app, module.routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Api(f"http://127.0.0.1:{runner.addresses[0][1]}", session, clock)
    finally:
        await runner.cleanup()
