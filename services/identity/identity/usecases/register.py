"""Registering the family's one account (R-02 to R-05)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from identity.domain.accounts import Consent, Contact, Family
from identity.domain.errors import AlreadyRegistered, RollMismatch
from identity.domain.slowing import Limits
from identity.repository import accounts
from identity.sealing import Keyring
from identity.usecases.open_account import open_account
from identity.usecases.prove_serial import prove_serial
from identity.usecases.send_link import ACTIVATION, send_link
from identity.usecases.send_notice import tell_mailbox
from shared.database import Database, Transaction

_log = structlog.get_logger()
_PENDING = "La cuenta aún no se activa. Pida que se le envíe otra vez el correo de activación."


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person sends, in canonical form. `address` is the client's, for limits alone."""

    number: str
    serial: str
    contact: Contact
    consents: list[Consent]
    locale: str
    address: str


async def register(
    database: Database,
    keyring: Keyring,
    registration: Registration,
    *,
    limits: Limits,
    activation_life: timedelta,
    day: date,
    now: datetime,
) -> None:
    """Opens the account and mails its activation link; any member may register the family (R-03).

    Raises RollMismatch, one for all that doesn't match, TooMany after too many of those, and
    AlreadyRegistered for who proved the serial. An address that belongs to another account is
    answered like a success: its owner is told by mail, the screen never says it.
    """
    async with database.transaction() as tx:
        family = await prove_serial(
            tx,
            keyring,
            number=registration.number,
            serial=registration.serial,
            address=registration.address,
            limits=limits,
            day=day,
            now=now,
        )
        if family is not None:
            life = activation_life
            await _open(
                tx, keyring, family, registration, limits=limits, activation_life=life, now=now
            )
    # Only after the commit, or the failure would not have been counted.
    if family is None:
        raise RollMismatch


async def _open(
    tx: Transaction,
    keyring: Keyring,
    family: Family,
    registration: Registration,
    *,
    limits: Limits,
    activation_life: timedelta,
    now: datetime,
) -> None:
    contact = registration.contact
    if (account := await accounts.of_family(tx, family.family_id)) is not None:
        raise AlreadyRegistered(_PENDING if account.state == "pending" else None)
    account_id = await open_account(
        tx, family, contact, registration.consents, locale=registration.locale, now=now
    )
    if account_id is None:
        await _tell_owner(tx, keyring, contact, limits, now)
        return
    _log.info("account_registered", account_id=account_id, family_id=family.family_id)
    await send_link(
        tx,
        keyring,
        ACTIVATION,
        account_id=account_id,
        email=contact.email,
        name=family.holder_name,
        life=activation_life,
        now=now,
    )


async def _tell_owner(
    tx: Transaction, keyring: Keyring, contact: Contact, limits: Limits, now: datetime
) -> None:
    owner = await accounts.by_email(tx, contact.email_key)
    if owner is None:
        # Closed between the two statements, or held for who may yet come back to it.
        return
    await tell_mailbox(tx, keyring, owner, "email_in_use", limits=limits, now=now)
