"""Tells identity to forget the secrets of mails that are settled; the ledger remembers which."""

import contextlib
from datetime import datetime

from notifications.repository import settlements
from shared.database import Database
from shared.errors import NotFound
from shared.identity_client import IdentityClient

_AT_ONCE = 50


async def forget_secrets(database: Database, identity: IdentityClient, now: datetime) -> int:
    """Deletes deliveries until none is held; returns how many. Unavailable ends the round.

    The mark "sent" is committed before the secret is deleted: were it the other way round, a crash
    between the two would leave a mail that can neither be sent again nor be known as sent.
    """
    forgotten = 0
    while True:
        async with database.connection() as connection:
            held = await settlements.held_secrets(connection, now, _AT_ONCE)
        for delivery_id in held:
            # Not found: it expired, or an earlier round deleted it and died before the mark.
            with contextlib.suppress(NotFound):
                await identity.delete_delivery(delivery_id)
            async with database.connection() as connection:
                await settlements.secret_forgotten(connection, delivery_id)
            forgotten += 1
        if len(held) < _AT_ONCE:
            return forgotten
