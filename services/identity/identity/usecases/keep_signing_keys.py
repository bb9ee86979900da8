"""Keeping the keys that sign tokens: one is made when none is young enough, old ones go."""

from datetime import datetime

from identity.repository import signing_keys
from identity.sealing import Keyring
from identity.signing import KEY_LIFE, PUBLISHED_AFTER, Signer, StoredKey, new_key
from shared.database import Database


async def keep_signing_keys(
    database: Database, keyring: Keyring, signer: Signer, *, now: datetime
) -> None:
    """Loads the keys into the signer, after making a new one if the current is 90 days old."""
    async with database.connection() as connection:
        keys = await signing_keys.published(connection, now - PUBLISHED_AFTER)
    if not keys or now - keys[0].created_at >= KEY_LIFE:
        keys = await rotate_signing_key(database, keyring, now=now, unless_younger=True)
    signer.use(keys)


async def rotate_signing_key(
    database: Database, keyring: Keyring, *, now: datetime, unless_younger: bool = False
) -> list[StoredKey]:
    """A new key signs from now on; tokens of the old one stay good until they expire.

    With `unless_younger` nothing is made when another process has just done so.
    """
    async with database.transaction() as tx:
        await signing_keys.take_turn(tx)
        held = await signing_keys.published(tx, now - PUBLISHED_AFTER)
        if unless_younger and held and now - held[0].created_at < KEY_LIFE:
            return held
        await signing_keys.purge(tx, now - PUBLISHED_AFTER)
        await signing_keys.add(tx, new_key(keyring, now))
        return await signing_keys.published(tx, now - PUBLISHED_AFTER)
