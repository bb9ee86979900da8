"""What a service does to know living sessions: keys from identity, revocations from the bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from shared.auth import Verifier
from shared.bus import login_of
from shared.clock import Clock
from shared.errors import DomainError
from shared.health import Health
from shared.identity_client import IdentityClient, open_identity_client
from shared.revocations import Revocations
from shared.supervise import Supervisor

TOKEN_LIFE = timedelta(minutes=10)
KEYS_SECONDS = 300.0
KEYS_RETRY_SECONDS = 1.0
FORGET_SECONDS = 60.0


@asynccontextmanager
async def identity_access(
    keeper: Supervisor,
    health: Health,
    *,
    url: str,
    secret: str,
    amqp_url: str,
    name: str,
    now: Clock,
) -> AsyncIterator[tuple[IdentityClient, Verifier]]:
    """Identity's client and the verifier; ready once keys and past revocations are loaded."""
    async with open_identity_client(
        url=url, service=login_of(amqp_url), secret=secret, clock=now
    ) as client:
        verifier = Verifier(client.public_keys)

        async def catch_up() -> None:
            for revoked in await client.revocations(now() - TOKEN_LIFE):
                verifier.revocations.add(revoked)

        async def load_keys() -> None:
            while True:
                try:
                    await verifier.load_keys(now())
                    await asyncio.sleep(KEYS_SECONDS)
                except DomainError:
                    # What is known stays in force through identity's absence.
                    await asyncio.sleep(KEYS_RETRY_SECONDS)

        async def forget() -> None:
            while True:
                await asyncio.sleep(FORGET_SECONDS)
                verifier.revocations.forget(now() - 2 * TOKEN_LIFE)

        revocations = Revocations(
            amqp_url, name=name, revoked=verifier.revocations.add, catch_up=catch_up
        )

        async def has_keys() -> bool:
            return verifier.has_keys

        async def has_revocations() -> bool:
            return revocations.loaded

        health.vital["keys"] = has_keys
        health.vital["revocations"] = has_revocations
        keeper.start("keys", load_keys)
        keeper.start("revocations", revocations.run, stop=revocations.stop)
        keeper.start("revocations.forget", forget)
        yield client, verifier
