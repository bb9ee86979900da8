"""The link at the new address is followed: the address changes, at once or after a wait (R-11)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog

from identity.domain.accounts import Account
from identity.domain.email_changes import EmailChange, Times, times_of
from identity.domain.errors import LinkExpired
from identity.domain.links import Link
from identity.domain.passwords import generate
from identity.hashing import Passwords
from identity.repository import accounts, email_changes, links
from identity.sealing import Keyring
from identity.usecases.activate_account import activate_account
from identity.usecases.apply_email_change import apply_email_change
from identity.usecases.mailed_links import claimed, valid_link
from identity.usecases.move_account import move_account
from identity.usecases.send_credentials import Credentials, send_credentials
from identity.usecases.send_link import EMAIL_CONFIRMATION, EMAIL_REVERSAL, send_link
from identity.usecases.send_notice import send_notice
from shared.clock import rfc3339
from shared.database import Database, Transaction

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`credentials` are those of an account that this activated, shown once."""

    state: Literal["done", "waiting"]
    effective_at: datetime
    username: str
    credentials: Credentials | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a change waits, and how long a generated password lives."""

    wait: timedelta
    password_life: timedelta


async def confirm_email(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    token: str,
    terms: Terms,
    *,
    logged_in: UUID | None,
    now: datetime,
) -> Confirmed:
    """What came of it. Raises NotFound for a token that never was, LinkUsed, LinkExpired.

    An account never activated works at once. An active one changes at once for its own session
    (`logged_in` is that account's id), and otherwise after the wait: number and serial stand on a
    card that the whole family holds. LinkExpired, too, when the address has become another's.
    """
    link = await valid_link(database, token, EMAIL_CONFIRMATION.purpose, now)
    async with claimed(database, link, now) as claim:
        async with database.connection() as connection:
            seen = await accounts.by_id(connection, link.account_id)
        password = generate()
        pending = seen is not None and seen.state == "pending"
        password_hash = await passwords.hash(password) if pending else None
        async with database.transaction() as tx:
            account, change = await _claimed_change(tx, link, claim, now)
            if account.state == "pending" and password_hash is not None:
                credentials = Credentials(account.username, password, now + terms.password_life)
                return await _activate(
                    tx, keyring, account, change, credentials, hashed=password_hash, now=now
                )
            if account.state != "active":
                raise LinkExpired
            at_once = logged_in == account.account_id
            times = times_of(at_once=at_once, wait=terms.wait, now=now)
            return await _change(tx, keyring, account, change, times=times, now=now)


async def _claimed_change(
    tx: Transaction, link: Link, claim: datetime, now: datetime
) -> tuple[Account, EmailChange]:
    """The account, its row locked, and the change; the link is used."""
    account = await accounts.locked(tx, link.account_id)
    change = await email_changes.by_confirmation(tx, link.link_id)
    used = await links.use(tx, link.link_id, claimed_until=claim, now=now)
    if account is None or change is None or change.state != "asked" or not used:
        raise LinkExpired
    owner = await accounts.by_email(tx, change.new_email_key)
    taken = owner is not None and owner.account_id != account.account_id
    if taken or await email_changes.reserved(tx, change.new_email_key, account.account_id, now):
        raise LinkExpired
    return account, change


async def _activate(
    tx: Transaction,
    keyring: Keyring,
    account: Account,
    change: EmailChange,
    credentials: Credentials,
    *,
    hashed: str,
    now: datetime,
) -> Confirmed:
    """The address that never proved itself gets no way to undo it; it is told, no more."""
    await email_changes.confirm(
        tx,
        change,
        state="done",
        old=(account.email, account.email.lower()),
        reversal_link_id=None,
        effective_at=now,
        reversible_until=None,
        now=now,
    )
    moved = await move_account(
        tx, account, change.new_email, change.new_email_key, reason="email_changed", now=now
    )
    if moved is None:
        raise LinkExpired
    if change.new_email_key != account.email.lower():
        await send_notice(tx, keyring, account, "activated_elsewhere", now=now)
    await activate_account(
        tx, moved, password_hash=hashed, expires_at=credentials.expires_at, now=now
    )
    await send_credentials(tx, keyring, moved, credentials, now=now)
    _log.info("account_reactivated", account_id=account.account_id)
    return Confirmed("done", now, account.username, credentials)


async def _change(
    tx: Transaction,
    keyring: Keyring,
    account: Account,
    change: EmailChange,
    *,
    times: Times,
    now: datetime,
) -> Confirmed:
    reversal_link_id = await send_link(
        tx,
        keyring,
        EMAIL_REVERSAL,
        account_id=account.account_id,
        email=account.email,
        name=account.name,
        life=times.reversible_until - now,
        now=now,
        more={
            "new_email": change.new_email,
            "state": "waiting" if times.effective_at > now else "done",
            "effective_at": rfc3339(times.effective_at),
        },
    )
    await email_changes.confirm(
        tx,
        change,
        state="waiting",
        old=(account.email, account.email.lower()),
        reversal_link_id=reversal_link_id,
        effective_at=times.effective_at,
        reversible_until=times.reversible_until,
        now=now,
    )
    _log.info("email_change_confirmed", account_id=account.account_id)
    if times.effective_at > now:
        return Confirmed("waiting", times.effective_at, account.username)
    confirmed = replace(change, state="waiting", effective_at=now)
    if not await apply_email_change(tx, keyring, account, confirmed, now=now):
        raise LinkExpired
    return Confirmed("done", now, account.username)
