"""Identity judges tokens by its own sessions: one that is closed is closed at once here."""

from datetime import datetime

from aiohttp import web
from jwt import PyJWK

from identity.parts import SIGNER
from identity.repository import sessions
from shared.auth import Caller, Verifier
from shared.errors import Unauthenticated
from shared.service import DATABASE


class SessionVerifier(Verifier):
    """A token must be signed by us and its session open, whatever the bus has told so far."""

    def __init__(self, app: web.Application) -> None:
        self._signer = app[SIGNER]
        self._database = app[DATABASE]

        async def published() -> dict[str, PyJWK]:
            return self._signer.by_kid

        super().__init__(published)

    async def verify(self, token: str, now: datetime) -> Caller:
        # The keys are at hand: a new one is known with the first token that it signs.
        self._keys = self._signer.by_kid
        caller = await super().verify(token, now)
        async with self._database.connection() as connection:
            if not await sessions.is_open(connection, caller.session_id, now):
                raise Unauthenticated
        return caller
