"""A new single-use link on its way to a mailbox; the older one of its kind is void (R-05)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from identity.domain.links import Purpose, new_token, token_digest
from identity.repository import deliveries, links
from identity.sealing import Keyring
from identity.usecases.request_delivery import Message, request_delivery
from shared.contracts.identity import DeliveryTemplate
from shared.database import Transaction
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Kind:
    """What a link is for, and the letter that carries it."""

    purpose: Purpose
    template: DeliveryTemplate


ACTIVATION = Kind("activation", "activation")
RECOVERY = Kind("recovery", "recovery")
EMAIL_CONFIRMATION = Kind("email_confirmation", "email_change")
EMAIL_REVERSAL = Kind("email_reversal", "email_changed")


async def send_link(
    tx: Transaction,
    keyring: Keyring,
    kind: Kind,
    *,
    account_id: UUID,
    email: str,
    name: str,
    life: timedelta,
    now: datetime,
    more: dict[str, str] | None = None,
) -> UUID:
    """Makes the link, of which only the digest stays readable, and asks for its mail.

    `more` is what the letter needs besides the token. Returns the link's id.
    """
    token, link_id = new_token(), uuid7()
    if kind is not EMAIL_REVERSAL:
        await deliveries.remove_of_account(tx, account_id, kind.template)
    await links.add(
        tx,
        link_id=link_id,
        account_id=account_id,
        purpose=kind.purpose,
        token_sha256=token_digest(token),
        expires_at=now + life,
        now=now,
    )
    await request_delivery(
        tx,
        keyring,
        account_id=account_id,
        template=kind.template,
        message=Message(email, name, {"token": token} | (more or {})),
        expires_at=now + life,
        now=now,
    )
    return link_id


async def void_links(tx: Transaction, kind: Kind, account_id: UUID, now: datetime) -> None:
    """What was mailed of this kind is void, what is still to be mailed needn't be."""
    await links.supersede(tx, account_id, kind.purpose, now)
    await deliveries.remove_of_account(tx, account_id, kind.template)


async def too_soon(
    tx: Transaction, kind: Kind, account_id: UUID, *, least_interval: timedelta, now: datetime
) -> bool:
    """Whether the account's newest link of this kind is younger than the interval (R-06).

    Its row must be locked: of twins the second then sees the first one's link.
    """
    last = await links.last_created_at(tx, account_id, kind.purpose)
    return last is not None and now - last < least_interval
