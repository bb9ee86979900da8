"""A secret was mailed: nobody needs it here any more."""

from uuid import UUID

from identity.repository import deliveries
from shared.database import Database
from shared.errors import NotFound


async def forget_delivery(database: Database, delivery_id: UUID) -> None:
    """Erases the delivery; NotFound when there is none (any more)."""
    async with database.transaction() as tx:
        if not await deliveries.remove(tx, delivery_id):
            raise NotFound
