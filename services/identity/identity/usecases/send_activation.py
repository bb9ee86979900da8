"""A new activation link on its way to the mailbox; the older one is void (R-05)."""

from datetime import datetime, timedelta
from uuid import UUID

from identity.domain.links import new_token, token_digest
from identity.repository import deliveries, links
from identity.sealing import Keyring
from identity.usecases.request_delivery import Message, request_delivery
from shared.database import Transaction
from shared.ids import uuid7

PURPOSE = "activation"


async def send_activation(
    tx: Transaction,
    keyring: Keyring,
    *,
    account_id: UUID,
    email: str,
    name: str,
    life: timedelta,
    now: datetime,
) -> None:
    """Makes the link, of which only the digest stays readable, and asks for its mail."""
    token = new_token()
    await deliveries.remove_of_account(tx, account_id, "activation")
    await links.add(
        tx,
        link_id=uuid7(),
        account_id=account_id,
        purpose=PURPOSE,
        token_sha256=token_digest(token),
        expires_at=now + life,
        now=now,
    )
    await request_delivery(
        tx,
        keyring,
        account_id=account_id,
        template="activation",
        message=Message(email, name, {"token": token}),
        expires_at=now + life,
        now=now,
    )
