"""Reading a secret that is on its way to a mailbox; reading doesn't consume it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from identity.repository import deliveries
from identity.sealing import Keyring, Unopenable, delivery_context
from shared.database import Database
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class OpenDelivery:
    delivery_id: UUID
    template: str
    to: str
    name: str
    data: dict[str, str]


async def open_delivery(
    database: Database, keyring: Keyring, delivery_id: UUID, *, now: datetime
) -> OpenDelivery:
    """The message; NotFound when it was deleted, has expired, or no key of ours opens it."""
    async with database.connection() as connection:
        stored = await deliveries.get(connection, delivery_id, now)
    if stored is None:
        raise NotFound
    try:
        message = orjson.loads(keyring.open(stored.sealed, delivery_context(delivery_id)))
    except Unopenable:
        raise NotFound from None
    return OpenDelivery(
        delivery_id, stored.template, message["to"], message["name"], message["data"]
    )
