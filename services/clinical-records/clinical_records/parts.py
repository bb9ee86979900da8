"""Clinical records' own parts as the application holds them, and how they open."""

from collections.abc import AsyncIterator

from aiohttp import web

from clinical_records.domain.encryption import Cipher
from clinical_records.settings import Settings
from shared.service import Resource

CIPHER = web.AppKey("cipher", Cipher)


def parts(settings: Settings) -> Resource:
    """Opens what the operations need: the keys of clinical text."""

    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[CIPHER] = Cipher(settings.record_key.get_secret_value())
        yield

    return opened
