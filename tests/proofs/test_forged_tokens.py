"""Twenty-five forged tokens at the door of every service: none is a session (RFC 8725)."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
from builders.forged_tokens import corpus, opened
from builders.session_doors import session_doors
from builders.system import Person, System
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from identity.sealing import Keyring, signing_key_context

People = Callable[[int], Awaitable[list[Person]]]


async def _signing_key(system: System, kid: str) -> Ed25519PrivateKey:
    """Identity's own key, as only who has its database and its secret can have it."""
    secret = Path(system.local["secrets"]["identity"]) / "identity_delivery_key"
    connection = await asyncpg.connect(system.facts["databases"]["identity"])
    sealed = await connection.fetchval(
        "SELECT private_sealed FROM signing_keys WHERE kid = $1", kid
    )
    await connection.close()
    raw = Keyring(secret.read_text()).open(sealed, signing_key_context(kid))
    return Ed25519PrivateKey.from_private_bytes(raw)


async def test_jwt_corpus_is_refused_at_every_services_door(
    system: System, people: People, figures: Callable[[str], None]
) -> None:
    (person,) = await people(1)
    key = await _signing_key(system, opened(person.token)[0]["kid"])
    doors = await session_doors(system)
    assert {"identity", "scheduling", "gateway"} <= {door.service for door in doors}

    for door in doors:
        # The token that the others are forged from is one here.
        assert await door.status(system, person.token) != 401, door
        forged = corpus(key, person.token, time.time())
        seen = {name: await door.status(system, token) for name, token in forged.items()}
        refused = sum(status == 401 for status in seen.values())
        figures(f"{door.service} ({door.path}): {refused} of {len(seen)} refused")
        assert seen == dict.fromkeys(forged, 401)
        assert len(seen) == 25
    without = system.facts["services"].keys() - {door.service for door in doors}
    for service in sorted(without):
        figures(f"{service}: no operation of its takes a session")
