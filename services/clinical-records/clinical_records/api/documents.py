"""The papers of sick leaves, and what the public may know of their seals."""

from typing import Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from clinical_records.document.parts import ADDRESS_DIGEST
from clinical_records.parts import CIPHER
from clinical_records.usecases import read_document as reading
from clinical_records.usecases.look_up_seal import look_up_seal
from shared.audit import Actor
from shared.auth import AFFILIATE
from shared.client_address import client_address
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE, PROFILE

routes = Routes("incapacidades")


class Seal(BaseModel):
    """All that anybody may know of a folio (R-44)."""

    state: Literal["valid", "revoked", "unknown"]


@routes.get(
    "/v1/sick-leaves/{sick_leave_id}/document",
    media_type="application/pdf",
    roles=AFFILIATE,
    problems=("not-found", "not-sealed"),
    audited=reading.OPERATION,
)
async def read_document(call: Call, *, sick_leave_id: UUID) -> Answer:
    """A sick leave's sealed paper, the same bytes each time (R-44)."""
    document = await reading.read_document(
        call.app[DATABASE],
        call.app[CIPHER],
        call.app[PROFILE],
        Actor.of(call.caller),
        sick_leave_id,
        family_id=call.caller.family,
        now=call.now,
    )
    return web.Response(
        body=document.content,
        content_type="application/pdf",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'inline; filename="incapacidad-{document.folio}.pdf"',
        },
    )


@routes.get("/v1/seals/{folio}", answer=Seal, problems=("too-many-requests",))
async def read_seal(call: Call, *, folio: str) -> Answer:
    """Whether a folio's seal is valid, revoked or unknown, and nothing else (R-44)."""
    return await _seal(call, folio)


@routes.operation("HEAD", "/v1/seals/{folio}", answer=Seal, problems=("too-many-requests",))
async def probe_seal(call: Call, *, folio: str) -> Answer:
    """The headers of a seal's state, for programs that look before they ask (RFC 9110, 9.3.2)."""
    return await _seal(call, folio)


async def _seal(call: Call, folio: str) -> Answer:
    address = call.app[ADDRESS_DIGEST](client_address(call.request))
    # Folios are typed from paper, and small letters are the same letters.
    state = await look_up_seal(call.app[DATABASE], folio.upper(), address=address, now=call.now)
    return Seal(state=state)
