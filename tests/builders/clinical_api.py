"""Clinical records' whole API on the real chassis, over HTTP, with a clock that a test moves."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fakes.clock import MovableClock
from jwt import PyJWK
from jwt.algorithms import OKPAlgorithm

from clinical_records.api import desk, doctors, documents, family, sick_leaves
from clinical_records.document.parts import ADDRESS_DIGEST
from clinical_records.domain.encryption import Cipher
from clinical_records.parts import CIPHER
from shared.audit import refusal_recorder
from shared.audited import REFUSALS
from shared.auth import ACCESS_TYPE, AUDIENCE, ISSUER, Verifier
from shared.clock import Clock
from shared.database import Database
from shared.ids import uuid7
from shared.operations import Operation
from shared.problems import problems
from shared.profile import Profile, load_profile
from shared.service import DATABASE, PROFILE
from shared.strict_json import BODY_BYTES
from shared.web import CLOCK, VERIFIER, add_operations, door

INSTITUTES = Path(__file__).parents[2] / "deploy" / "institutes"
ISSSTECALI = load_profile(INSTITUTES / "issstecali")
UNIT, OTHER_UNIT = (unit.code for unit in ISSSTECALI.units[:2])
NOW = datetime(2031, 3, 1, 18, 0, tzinfo=UTC)
"""A Saturday, ten in the morning in Tijuana."""
RECORD_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
_GROUPS = (family, doctors, sick_leaves, documents, desk)
OPERATIONS: dict[str, Operation] = {
    one.audited: one for group in _GROUPS for one in group.routes if one.audited is not None
}
"""By their names in the audit."""
_KEY = Ed25519PrivateKey.generate()
_LIFE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def slug(self) -> str:
        """The problem's slug."""
        return str(self.body["type"]).removeprefix("/problems/")

    @property
    def told(self) -> dict[str, Any]:
        """A refusal without what tells requests apart."""
        return {key: self.body[key] for key in self.body if key not in {"instance", "trace_id"}}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session; `claims` are the token's own."""

    api: "Api"
    account_id: UUID
    role: str
    claims: dict[str, str]
    foreign: bool = False
    """With a session of another institute."""

    @property
    def unit(self) -> str | None:
        return self.claims.get("unit")

    @property
    def doctor_id(self) -> UUID:
        return UUID(self.claims["doctor_id"])

    async def get(self, path: str) -> Answer:
        return await self.api.call("GET", path, self)

    async def post(self, path: str, body: Any, key: str | None = None) -> Answer:
        headers = {"Idempotency-Key": key or str(uuid7())}
        return await self.api.call("POST", path, self, headers=headers, json=body)


@dataclass(slots=True)
class Api:
    """A running server; `app` holds its parts."""

    url: str
    session: aiohttp.ClientSession
    app: web.Application
    strangers_key: Ed25519PrivateKey
    """Another institute's: what it signs is nobody's session here."""
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOW))

    @property
    def profile(self) -> Profile:
        return self.app[PROFILE]

    def person(self, role: str, **claims: object) -> Person:
        """Somebody of this role, with these claims besides."""
        given = {name: str(value) for name, value in claims.items() if value is not None}
        return Person(self, uuid7(), role, given)

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
            sent["Authorization"] = f"Bearer {self._token(by)}"
        async with self.session.request(method, self.url + path, headers=sent, **given) as answer:
            return Answer(answer.status, orjson.loads(await answer.read()), answer.headers)

    def _token(self, by: Person) -> str:
        key = self.strangers_key if by.foreign else _KEY
        issued = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER, "aud": AUDIENCE, "sid": str(uuid7()), "jti": str(uuid7()),
            "iat": issued, "exp": issued + _LIFE_SECONDS, "sub": str(by.account_id),
            "role": by.role,
        }  # fmt: skip
        return jwt.encode(
            claims | by.claims, key, algorithm="EdDSA", headers={"typ": ACCESS_TYPE, "kid": "k1"}
        )


async def _keys() -> dict[str, PyJWK]:
    return {"k1": PyJWK(OKPAlgorithm.to_jwk(_KEY.public_key(), as_dict=True), algorithm="EdDSA")}


@contextlib.asynccontextmanager
async def serving(database: Database, profile: Profile = ISSSTECALI) -> AsyncIterator[Api]:
    """The API on a free port, its clock at NOW."""
    clock = MovableClock(NOW)
    app = web.Application(middlewares=[door, problems], client_max_size=BODY_BYTES)
    read_clock: Clock = clock
    app[CLOCK] = read_clock
    app[DATABASE], app[PROFILE] = database, profile
    app[CIPHER] = Cipher(RECORD_KEY)
    app[REFUSALS] = refusal_recorder(database)
    app[VERIFIER] = Verifier(_keys)
    await app[VERIFIER].load_keys(clock())
    app[ADDRESS_DIGEST] = lambda address: address.encode()
    for group in _GROUPS:
        add_operations(app, group.routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Api(
                f"http://127.0.0.1:{runner.addresses[0][1]}",
                session,
                app,
                Ed25519PrivateKey.generate(),
                clock,
            )
    finally:
        await runner.cleanup()
