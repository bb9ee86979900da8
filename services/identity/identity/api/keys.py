"""The public keys of access tokens, for whoever verifies them (decision 4)."""

from aiohttp import web

from identity.api.models import KeySet
from identity.parts import SIGNER
from shared.operations import Answer, Call, Routes

routes = Routes("sesiones")

_CACHED = {"Cache-Control": "public, max-age=60"}


@routes.get("/.well-known/jwks.json", answer=KeySet)
async def read_keys(call: Call) -> Answer:
    """The keys that sign now or did within the hour (RFC 7517)."""
    body = KeySet(keys=call.app[SIGNER].keys).model_dump_json().encode()
    return web.Response(body=body, content_type="application/json", headers=_CACHED)
