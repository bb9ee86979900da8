"""The page behind the QR code of a sick leave: its seal is valid, revoked or unknown (R-44).

It shows the folio that was asked for, so that it can be compared with the paper, and nothing else.
"""

import re

from aiohttp import web

from gateway.pages.calls import OK, ask, content, refusal
from gateway.pages.rendering import page
from gateway.table import CLINICAL_RECORDS
from shared.errors import Unavailable

_FOLIO = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
_STATES = ("valid", "revoked", "unknown")


async def seal(request: web.Request) -> web.Response:
    """GET /sellos/{folio}; as a person types it, small letters too."""
    folio = request.match_info["folio"].upper()
    if not _FOLIO.fullmatch(folio):
        return page(request, "seal.html", folio="", state="unknown")
    reply = await ask(request, "GET", f"/v1/seals/{folio}", service=CLINICAL_RECORDS)
    if reply.status != OK:
        return refusal(request, reply, {}, action="", token="")
    state = content(reply).get("state")
    if state not in _STATES:
        raise Unavailable
    return page(request, "seal.html", folio=folio, state=state)
