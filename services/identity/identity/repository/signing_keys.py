"""The keys that sign tokens, as rows."""

from datetime import datetime

from identity.signing import StoredKey
from shared.database import Transaction

_LOCK = 0x51_6B  # any number of our own


async def take_turn(tx: Transaction) -> None:
    """Two processes that both find no key wait for each other here."""
    await tx.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def published(tx: Transaction, replaced_after: datetime) -> list[StoredKey]:
    """The current key first, then those replaced since then, the newest first."""
    rows = await tx.fetch(
        """
        SELECT kid, public_key, private_sealed, created_at FROM signing_keys
        WHERE replaced_at IS NULL OR replaced_at > $1
        ORDER BY replaced_at DESC NULLS FIRST
        """,
        replaced_after,
    )
    return [StoredKey(**row) for row in rows]


async def add(tx: Transaction, key: StoredKey) -> None:
    """The new key is current from now on."""
    await tx.execute(
        "UPDATE signing_keys SET replaced_at = $1 WHERE replaced_at IS NULL", key.created_at
    )
    await tx.execute(
        "INSERT INTO signing_keys (kid, public_key, private_sealed, created_at)"
        " VALUES ($1, $2, $3, $4)",
        key.kid,
        key.public_key,
        key.private_sealed,
        key.created_at,
    )


async def purge(tx: Transaction, replaced_before: datetime) -> None:
    """Erases private halves that nobody needs any more."""
    await tx.execute("DELETE FROM signing_keys WHERE replaced_at < $1", replaced_before)
