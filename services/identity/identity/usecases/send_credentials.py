"""A generated password on its way to the mailbox, with a copy of the registration (R-07, R-50)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from identity.domain.accounts import Account
from identity.repository import deliveries
from identity.sealing import Keyring
from identity.usecases.request_delivery import Message, request_delivery
from shared.database import Transaction

CREDENTIALS_LIFE = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Shown once; `expires_at` is when a password never changed stops working."""

    username: str
    temporary_password: str
    expires_at: datetime


async def send_credentials(
    tx: Transaction, keyring: Keyring, account: Account, credentials: Credentials, *, now: datetime
) -> None:
    """Asks for the mail to the account's address; an older password still to be mailed is not."""
    await deliveries.remove_of_account(tx, account.account_id, "credentials")
    data = {
        "username": credentials.username,
        "temporary_password": credentials.temporary_password,
        "phone": account.phone or "",
        "email": account.email,
        **account.words,
    }
    await request_delivery(
        tx,
        keyring,
        account_id=account.account_id,
        template="credentials",
        message=Message(account.email, account.name, data),
        expires_at=now + CREDENTIALS_LIFE,
        now=now,
    )
