"""A secret to be mailed: sealed in our database, and only its id on the bus."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from identity.repository import deliveries
from identity.sealing import Keyring, delivery_context
from shared import outbox
from shared.contracts.identity import DeliveryRequested, DeliveryTemplate
from shared.database import Transaction
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Message:
    """To whom, by what name, and what the template needs."""

    to: str
    name: str
    data: dict[str, str]


async def request_delivery(
    tx: Transaction,
    keyring: Keyring,
    *,
    account_id: UUID | None,
    template: DeliveryTemplate,
    message: Message,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Stores the message sealed for its own id, and says that it waits to be fetched."""
    delivery_id = uuid7()
    plain = orjson.dumps({"to": message.to, "name": message.name, "data": message.data})
    await deliveries.add(
        tx,
        delivery_id=delivery_id,
        account_id=account_id,
        template=template,
        sealed=keyring.seal(plain, delivery_context(delivery_id)),
        expires_at=expires_at,
        now=now,
    )
    requested = DeliveryRequested(delivery_id=delivery_id, account_id=account_id, template=template)
    await outbox.add(tx, requested, sequence=1, now=now)
