"""A service on the real chassis with one operation for each row of the gateway's table.

Its bodies, tokens and keys are judged by the chassis, as every service's are.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK
from jwt.algorithms import OKPAlgorithm
from pydantic import BaseModel, StringConstraints

from gateway.limits import SESSION
from gateway.table import ROWS, Row
from shared import clock
from shared.auth import ACCESS_TYPE, ANYONE, AUDIENCE, ISSUER, Verifier
from shared.ids import uuid7
from shared.operations import Answer, Call, Operation
from shared.problems import problems
from shared.strict_json import BODY_BYTES
from shared.text import ShortLine, Strict
from shared.web import CLOCK, VERIFIER, add_operations, door

KEY = Ed25519PrivateKey.generate()
WITH_BODY = ("POST", "PUT", "PATCH")


class Body(Strict):
    """One field of each kind that is judged."""

    text: ShortLine
    digits: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
    count: int
    on: date


class Done(BaseModel):
    done: bool = True


def token(**changed: Any) -> str:
    """An affiliate's access token, or one with other claims."""
    now = clock.now()
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": str(uuid7()), "sid": str(uuid7()),
        "role": "affiliate", "family_id": str(uuid7()), "jti": str(uuid7()),
        "iat": now, "exp": now + timedelta(minutes=10),
    }  # fmt: skip
    headers = {"typ": ACCESS_TYPE, "kid": "k1"}
    return jwt.encode(claims | changed, KEY, algorithm="EdDSA", headers=headers)


def idempotent(row: Row) -> bool:
    return row.path.startswith(("/v1/appointments", "/v1/contact-messages", "/v1/staff"))


def _operation(row: Row, method: str) -> Operation:
    async def act(_call: Call, **_arguments: object) -> Answer:
        return Done()

    names = [part[1:-1] for part in row.path.split("/") if part.startswith("{")]
    return Operation(
        method=method,
        path=row.path,
        handler=act,
        status=200,
        answer=Done,
        media_type="application/json",
        roles=ANYONE if row.limit is SESSION else None,
        idempotent=method == "POST" and idempotent(row),
        internal=False,
        problems=(),
        tag="test",
        body=Body if method in WITH_BODY else None,
        query=None,
        path_types={name: UUID if name.endswith("_id") else str for name in names},
    )


async def keys() -> dict[str, PyJWK]:
    return {"k1": PyJWK(OKPAlgorithm.to_jwk(KEY.public_key(), as_dict=True), algorithm="EdDSA")}


@asynccontextmanager
async def every_row() -> AsyncIterator[str]:
    """The URL of a server with all of the table's operations."""
    app = web.Application(middlewares=[door, problems], client_max_size=BODY_BYTES)
    app[CLOCK] = clock.now
    app[VERIFIER] = Verifier(keys)
    await app[VERIFIER].load_keys(clock.now())
    add_operations(app, [_operation(row, method) for row in ROWS for method in row.methods])  # type: ignore[arg-type]  # it is iterated, no more
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
