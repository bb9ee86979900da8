"""Demo families get accounts that can log in at once, without mail: for replays and look-arounds.

Never in production: who runs the command has refused it before.
"""

from dataclasses import dataclass
from datetime import date, datetime

from identity.domain.accounts import Account, Consent, Contact
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, families, password_hashes
from identity.usecases.activate_account import activate_account
from identity.usecases.open_account import open_account
from shared.database import Database, Transaction
from shared.errors import NotFound

AT_ONCE = 50
"""Families of one transaction."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every account made: the documents accepted, its locale, its password's end."""

    consents: list[Consent]
    locale: str
    password_expires_at: datetime


async def activate_demo(
    database: Database,
    passwords: Passwords,
    numbers: list[str],
    terms: Terms,
    *,
    day: date,
    now: datetime,
) -> list[DemoLogin]:
    """Registers and activates the families of these holders; active ones get another password.

    NotFound when a number is not on the roll.
    """
    logins = [DemoLogin(number, generate()) for number in numbers]
    async with passwords.slot() as turn:
        hashes = [await turn.hash(login.password) for login in logins]
    async with database.transaction(60.0) as tx:
        for login, password_hash in zip(logins, hashes, strict=True):
            account = await _account(tx, login.username, terms, day, now)
            if account.state == "active":
                await password_hashes.set_generated(
                    tx,
                    account.account_id,
                    password_hash=password_hash,
                    password_expires_at=terms.password_expires_at,
                )
            else:
                await activate_account(
                    tx,
                    account,
                    password_hash=password_hash,
                    expires_at=terms.password_expires_at,
                    now=now,
                )
    return logins


async def _account(tx: Transaction, number: str, terms: Terms, day: date, now: datetime) -> Account:
    family = await families.by_member_number(tx, number, day)
    if family is None or family.holder_number != number:
        raise NotFound
    account = await accounts.of_family(tx, family.family_id)
    if account is None:
        email = f"titular.{number.lower()}@example.org"
        contact = Contact(email, email, None)
        await open_account(tx, family, contact, terms.consents, locale=terms.locale, now=now)
        account = await accounts.of_family(tx, family.family_id)
    if account is None:
        raise NotFound
    return account
