"""Identity's own parts as the application holds them, and how they open."""

from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from identity.domain.slowing import LIFTED, Limits
from identity.hashing import Passwords, open_passwords
from identity.sealing import Keyring
from identity.settings import Settings
from identity.signing import Signer
from identity.usecases.keep_signing_keys import keep_signing_keys
from shared.service import DATABASE, PROFILE, Resource
from shared.web import CLOCK

KEYRING = web.AppKey("keyring", Keyring)
PASSWORDS = web.AppKey("passwords", Passwords)
SIGNER = web.AppKey("signer", Signer)
LIMITS = web.AppKey("limits", Limits)
CLIENTS = web.AppKey("clients", dict[str, str])
"""Secrets of the services that may call `/internal`, by name."""

_log = structlog.get_logger()


def parts(settings: Settings) -> Resource:
    """Opens what the operations need: keys, hasher, signer with its keys loaded."""

    async def opened(app: web.Application) -> AsyncIterator[None]:
        app[KEYRING] = Keyring(settings.delivery_key.get_secret_value())
        app[CLIENTS] = settings.client_secrets
        app[LIMITS] = Limits() if settings.limits_by_name else LIFTED
        if not settings.limits_by_name:
            _log.warning("limits_by_name_lifted", environment=settings.environment)
        app[SIGNER] = Signer(app[KEYRING])
        await keep_signing_keys(app[DATABASE], app[KEYRING], app[SIGNER], now=app[CLOCK]())
        async with open_passwords(app[PROFILE], settings.environment) as passwords:
            app[PASSWORDS] = passwords
            yield

    return opened
