"""The institute as everybody may see it, and the texts that a person accepts (R-02, R-30)."""

from aiohttp import web

from shared.clock import local_day
from shared.errors import NotFound
from shared.operations import Answer, Call, Routes
from shared.profile import PublicInstitute, public_institute
from shared.service import PROFILE

routes = Routes("instituto")

_CACHED = {"Cache-Control": "public, max-age=300"}
"""The same for everybody, and changed by a new release alone."""
_MARKDOWN = "text/markdown"


@routes.get("/v1/institute", answer=PublicInstitute)
async def read_institute(call: Call) -> Answer:
    """Names, labels, policies of today, services, units, offices, documents."""
    profile = call.app[PROFILE]
    found = public_institute(profile, local_day(call.now, profile.zone_info))
    return web.Response(
        body=found.model_dump_json().encode(), content_type="application/json", headers=_CACHED
    )


@routes.get("/v1/institute/documents/{name}", media_type=_MARKDOWN)
async def read_document(call: Call, *, name: str) -> Answer:
    """The whole text of a document, in Markdown."""
    document = call.app[PROFILE].document(name)
    if document is None:
        raise NotFound
    return web.Response(
        text=document.text, content_type=_MARKDOWN, charset="utf-8", headers=_CACHED
    )
