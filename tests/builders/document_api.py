"""The papers' operations on the real chassis, over HTTP, as the holder and the public see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import aiohttp
from aiohttp import web
from fakes.chassis import keys, token
from fakes.clock import MovableClock
from multidict import CIMultiDictProxy

from builders.documents import NOW
from builders.sealing_desk import Desk
from clinical_records.api import documents
from clinical_records.document.parts import ADDRESS_DIGEST
from shared.audit import refusal_recorder
from shared.audited import REFUSALS
from shared.auth import Verifier
from shared.client_address import ADDRESS_HEADER
from shared.problems import problems
from shared.web import CLOCK, VERIFIER, add_operations, door

LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Got:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Api:
    """A running server; `clock` is what it goes by."""

    url: str
    session: aiohttp.ClientSession
    clock: MovableClock

    async def document(self, sick_leave_id: UUID | str, **claims: object) -> Got:
        """As whom the claims say; `family_id` for a holder's account."""
        now: datetime = self.clock()
        shown = token(**{"iat": now, "exp": now + LIFE, **claims})
        headers = {"Authorization": f"Bearer {shown}"}
        return await self.call("GET", f"/v1/sick-leaves/{sick_leave_id}/document", headers)

    async def seal(self, folio: str, *, address: str = "192.0.2.1", method: str = "GET") -> Got:
        return await self.call(method, f"/v1/seals/{folio}", {ADDRESS_HEADER: address})

    async def call(self, method: str, path: str, headers: dict[str, str]) -> Got:
        async with self.session.request(method, self.url + path, headers=headers) as answer:
            return Got(answer.status, answer.headers, await answer.read())


@asynccontextmanager
async def serving(desk: Desk) -> AsyncIterator[Api]:
    """The operations on a free port, on the desk's database, at its instant."""
    clock = MovableClock(NOW)
    app = desk.app(middlewares=[door, problems])
    app[CLOCK] = clock.__call__
    app[VERIFIER] = Verifier(keys)
    app[ADDRESS_DIGEST] = str.encode
    app[REFUSALS] = refusal_recorder(desk.database)
    await app[VERIFIER].load_keys(clock())
    add_operations(app, documents.routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            yield Api(f"http://127.0.0.1:{runner.addresses[0][1]}", session, clock)
    finally:
        await runner.cleanup()
