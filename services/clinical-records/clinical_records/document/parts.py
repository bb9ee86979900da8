"""The press as the application holds it, and what clients of the seal page are counted under."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from clinical_records.document.press import Press, open_press
from clinical_records.settings import Settings
from shared.service import Resource

PRESS = web.AppKey("press", Press)
ADDRESS_DIGEST: web.AppKey[Callable[[str], bytes]] = web.AppKey("address_digest")
SEAL_WORKS = web.AppKey("seal_works", list[bool])
"""One item: whether the sealing key could be used when it last was tried."""


def sealing_parts(settings: Settings) -> Resource:
    """Opens the press where there is a key; all replicas count addresses under the same digest."""
    secret = settings.client_secret.get_secret_value()
    key = hashlib.sha256(f"sisa clinical-records addresses {secret}".encode()).digest()

    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[ADDRESS_DIGEST] = lambda address: hmac.digest(key, address.encode(), "sha256")
        app[SEAL_WORKS] = [False]
        source = settings.seal_source
        if source is None:
            yield
            return
        async with open_press(
            source,
            production=settings.environment == "production",
            workers=settings.seal_workers,
        ) as press:
            app[PRESS] = press
            yield

    return opened
