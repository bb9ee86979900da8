"""Logging in: one failure for everything, slower with each, else a session (R-08)."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from identity.domain.accounts import Account, PasswordState
from identity.domain.errors import InvalidCredentials
from identity.domain.links import new_token, token_digest
from identity.domain.sessions import LIVES, OPEN_AT_ONCE, Channel
from identity.domain.slowing import Limits
from identity.hashing import Passwords
from identity.repository import password_hashes, sessions
from identity.sealing import Keyring
from identity.signing import Signer
from identity.usecases.end_sessions import end_within
from identity.usecases.find_account import Username, find_account
from identity.usecases.login_delays import (
    count_failure,
    counted_as,
    forget_failures,
    refuse_during_delay,
    tried,
)
from shared.database import Database, Transaction
from shared.ids import uuid7

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets; `password_state` asks it to have a temporary password changed."""

    access_token: str
    refresh_token: str
    password_state: PasswordState


@dataclass(frozen=True, slots=True)
class Client:
    """From where and with what; `address` is for limits alone."""

    address: str
    channel: Channel
    device: str


async def log_in(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    signer: Signer,
    *,
    username: Username,
    password: str,
    client: Client,
    limits: Limits,
    force_change: bool,
    now: datetime,
) -> Tokens:
    """A new session. Raises InvalidCredentials for whatever is wrong, TooMany for who must wait.

    The password is looked at only in the turn for which the delay was asked, so that of a volley
    no more are evaluated than there are turns at once, and during a delay not even the right one.
    With `force_change` a temporary password opens a session that may only change it (R-07).
    """
    async with passwords.slot() as turn:
        async with database.connection() as connection:
            account = await find_account(connection, username)
            name = counted_as(account, username.text)
            subject = tried(keyring, name, client.address)
            await refuse_during_delay(connection, subject, now)
        held = account.password_hash if account is not None else None
        right = await turn.matches(held, password)
        if account is None or held is None or not right or not account.may_log_in(now):
            await count_failure(database, subject, limits, now)
            # Whose it was is not written: a name that failed may be a password in the wrong field.
            _log.info("login_refused", account_id=account.account_id if account else None)
            raise InvalidCredentials
        remade = await turn.hash(password) if turn.outdated(held) else None
    async with database.transaction() as tx:
        if not await password_hashes.unchanged(tx, account.account_id, held):
            raise InvalidCredentials
        if remade is not None:
            await password_hashes.remake(tx, account.account_id, held, remade)
        await forget_failures(tx, keyring, name)
        return await _open_session(tx, signer, account, client, now, force_change=force_change)


async def _open_session(
    tx: Transaction,
    signer: Signer,
    account: Account,
    client: Client,
    now: datetime,
    *,
    force_change: bool,
) -> Tokens:
    # Staff work at desks that many pass by: they never get a phone's long session.
    channel: Channel = client.channel if account.role == "affiliate" else "web"
    session_id, refresh_token = uuid7(), new_token()
    await sessions.add(
        tx,
        session_id=session_id,
        account_id=account.account_id,
        channel=channel,
        device=client.device,
        lives=LIVES[channel],
        now=now,
    )
    await sessions.add_token(tx, session_id, token_digest(refresh_token), now)
    surplus = await sessions.beyond(tx, account.account_id, OPEN_AT_ONCE)
    if surplus:
        await end_within(tx, account.account_id, surplus, reason="too_many", now=now)
    access_token = signer.access_token(account, session_id, now, force_change=force_change)
    return Tokens(access_token, refresh_token, account.password_state)
