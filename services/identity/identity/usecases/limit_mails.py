"""How many mails may be asked for by one name and from one address; who asks isn't told (R-09)."""

from datetime import datetime

from identity.domain import slowing
from identity.domain.slowing import Limits
from identity.repository import failures
from identity.sealing import Keyring
from shared.database import Transaction


async def may_ask_from(tx: Transaction, keyring: Keyring, address: str, now: datetime) -> bool:
    """Counts one more from this client's address; False beyond 100 within the hour."""
    digest = keyring.digest("address", address)
    since = now - slowing.MAILS_WINDOW
    counted = await failures.count(tx, "mail_address", digest, since=since, now=now)
    return counted <= slowing.MAILS_PER_ADDRESS


async def may_mail(
    tx: Transaction, keyring: Keyring, name: str, limits: Limits, now: datetime
) -> bool:
    """Counts one more for a purpose and name, number or mailbox; False beyond 5 within the hour.

    The purpose stands in `name`, so that asking for one kind of mail never uses up another's.
    Counted whether or not there is such an account: what is unknown fills up as fast.
    """
    digest = keyring.digest("mail_name", name)
    since = now - slowing.MAILS_WINDOW
    counted = await failures.count(tx, "mail_name", digest, since=since, now=now)
    return counted <= limits.mails
