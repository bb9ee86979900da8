"""Reactivating an account by number and serial: a link goes to the address given (R-11)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from identity.domain.accounts import Account
from identity.domain.slowing import Limits
from identity.emails import Address
from identity.repository import accounts, email_changes
from identity.sealing import Keyring
from identity.usecases.limit_mails import may_ask_from, may_mail
from identity.usecases.prove_serial import prove_serial
from identity.usecases.send_link import EMAIL_CONFIRMATION, send_link, too_soon
from identity.usecases.send_notice import tell_mailbox
from shared.database import Database, Transaction
from shared.errors import TooMany
from shared.ids import uuid7


@dataclass(frozen=True, slots=True)
class Reactivation:
    """What a person sends, in canonical form; `address` is the client's, for limits alone."""

    number: str
    serial: str
    email: Address
    address: str


@dataclass(frozen=True, slots=True)
class Spans:
    """The least time between two links, and the life of one."""

    least_interval: timedelta
    life: timedelta


async def reactivate(
    database: Database,
    keyring: Keyring,
    wanted: Reactivation,
    spans: Spans,
    *,
    limits: Limits,
    day: date,
    now: datetime,
) -> None:
    """Mails a link to the address, and tells nobody whether it did.

    Any member's number and serial prove the family. A wrong serial counts as at registering, and
    past the limits the right one does nothing either. An address of another account is told that
    somebody wanted it, and the address that the account has, that nothing needs changing.
    """
    async with database.transaction() as tx:
        allowed = await may_ask_from(tx, keyring, wanted.address, now)
    if not allowed:
        return
    try:
        async with database.transaction() as tx:
            account = await _proven(tx, keyring, wanted, limits=limits, day=day, now=now)
            if account is not None:
                await _answer(
                    tx, keyring, account, wanted.email, spans=spans, limits=limits, now=now
                )
    except TooMany:
        # Too many wrong serials: nothing was done, and the answer is the same.
        return


async def _proven(
    tx: Transaction,
    keyring: Keyring,
    wanted: Reactivation,
    *,
    limits: Limits,
    day: date,
    now: datetime,
) -> Account | None:
    family = await prove_serial(
        tx,
        keyring,
        number=wanted.number,
        serial=wanted.serial,
        address=wanted.address,
        limits=limits,
        day=day,
        now=now,
    )
    if family is None:
        return None
    account = await accounts.of_family(tx, family.family_id)
    return None if account is None else await accounts.locked(tx, account.account_id)


async def _answer(
    tx: Transaction,
    keyring: Keyring,
    account: Account,
    email: Address,
    *,
    spans: Spans,
    limits: Limits,
    now: datetime,
) -> None:
    owner = await accounts.by_email(tx, email.key)
    if owner is not None and owner.account_id != account.account_id:
        await tell_mailbox(tx, keyring, owner, "email_wanted", limits=limits, now=now)
        return
    if owner is not None and account.state == "active":
        await tell_mailbox(tx, keyring, account, "email_unchanged", limits=limits, now=now)
        return
    interval, life = spans.least_interval, spans.life
    if await email_changes.reserved(tx, email.key, account.account_id, now) or await too_soon(
        tx, EMAIL_CONFIRMATION, account.account_id, least_interval=interval, now=now
    ):
        return
    # Who holds a card may name any mailbox: neither one nor many of them can be flooded.
    by_account = await may_mail(tx, keyring, f"change {account.account_id}", limits, now)
    if not await may_mail(tx, keyring, f"to {email.key}", limits, now) or not by_account:
        return
    link_id = await send_link(
        tx,
        keyring,
        EMAIL_CONFIRMATION,
        account_id=account.account_id,
        email=email.email,
        name=account.name,
        life=life,
        now=now,
    )
    await email_changes.ask(
        tx,
        change_id=uuid7(),
        account_id=account.account_id,
        confirmation_link_id=link_id,
        new_email=email.email,
        new_email_key=email.key,
        now=now,
    )
