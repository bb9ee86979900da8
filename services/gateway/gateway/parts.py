"""What the handlers find in the application, under typed keys."""

from collections.abc import Mapping

from aiohttp import web

from gateway.limits import Limiter
from gateway.pool import Pool
from gateway.settings import Settings
from shared.profile import Profile

SETTINGS = web.AppKey("settings", Settings)
PROFILE = web.AppKey("profile", Profile)
LIMITER = web.AppKey("limiter", Limiter)
POOLS: web.AppKey[Mapping[str, Pool]] = web.AppKey("pools")
CLIENT = web.RequestKey("client", str)
"""The caller's address."""
