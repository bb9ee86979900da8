"""A notice to the owner of an account: something happened that only they can judge (R-10, R-11)."""

from datetime import datetime, timedelta
from typing import Literal

from identity.domain.accounts import Account
from identity.domain.slowing import Limits
from identity.sealing import Keyring
from identity.usecases.limit_mails import may_mail
from identity.usecases.request_delivery import Message, request_delivery
from shared.database import Transaction

Notice = Literal[
    # Somebody tried to register another family with the address, or to move an account to it.
    "email_in_use",
    "email_wanted",
    # Reactivation was asked for with the address that the account has.
    "email_unchanged",
    "email_changed",
    "email_not_changed",
    "email_reversed",
    # The account never activated was activated with another address than this one.
    "activated_elsewhere",
    "password_changed",
    # Staff handed the family's serial out in person.
    "serial_handed_out",
]
NOTICE_LIFE = timedelta(hours=72)


async def send_notice(
    tx: Transaction,
    keyring: Keyring,
    account: Account,
    notice: Notice,
    *,
    now: datetime,
    to: str | None = None,
) -> None:
    """Asks for the mail to the account's address, or to an address that it had: `to`."""
    await request_delivery(
        tx,
        keyring,
        account_id=account.account_id,
        template="account_notice",
        message=Message(to or account.email, account.name, {"notice": notice}),
        expires_at=now + NOTICE_LIFE,
        now=now,
    )


async def tell_mailbox(
    tx: Transaction,
    keyring: Keyring,
    owner: Account,
    notice: Notice,
    *,
    limits: Limits,
    now: datetime,
) -> None:
    """Tells who owns an address that others named; they can't have its mailbox flooded."""
    if await may_mail(tx, keyring, f"notice {owner.account_id}", limits, now):
        await send_notice(tx, keyring, owner, notice, now=now)
