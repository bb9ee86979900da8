"""The owner chooses a password: the current one is asked for, all other sessions end (R-10)."""

from collections.abc import Container
from datetime import datetime

import structlog

from identity.domain.errors import InvalidCredentials, WeakPassword
from identity.domain.password_rules import KnownWords, Weakness, weakness
from identity.domain.slowing import Limits
from identity.hashing import Passwords
from identity.repository import accounts, deliveries, password_hashes, sessions
from identity.sealing import Keyring
from identity.usecases.end_sessions import end_within
from identity.usecases.login_delays import count_failure, refuse_during_delay, tried
from identity.usecases.send_link import RECOVERY, void_links
from identity.usecases.send_notice import send_notice
from shared.auth import Caller
from shared.database import Database
from shared.errors import Unauthenticated

_log = structlog.get_logger()
_WHY: dict[Weakness, str] = {
    "too-short": "Use al menos 8 caracteres.",
    "too-long": "Use 128 caracteres como máximo.",
    "unchanged": "Elija una contraseña distinta de la actual.",
    "common": "Es una de las contraseñas más usadas. Elija otra, por ejemplo varias palabras.",
    "personal": "No use su nombre de usuario ni su correo electrónico como contraseña.",
    "institute": "No use el nombre del instituto ni palabras de sus servicios como contraseña.",
}


async def change_password(
    database: Database,
    keyring: Keyring,
    passwords: Passwords,
    caller: Caller,
    *,
    current: str,
    new: str,
    address: str,
    limits: Limits,
    institute_words: tuple[str, ...],
    common: Container[str],
    now: datetime,
) -> None:
    """Stores the new password. Raises WeakPassword, InvalidCredentials, TooMany during a delay.

    A wrong current password counts like a failed log-in by the account's name: a stolen session
    has no more guesses than the door has. Of two changes at once one wins.
    """
    async with database.connection() as connection:
        account = await accounts.by_id(connection, caller.account_id)
    if account is None:
        raise Unauthenticated
    subject = tried(keyring, str(account.account_id), address)
    known = KnownWords((account.username, account.email), institute_words)
    if (fault := weakness(new, current, known, common)) is not None:
        error = {"pointer": "/new_password", "code": fault, "message": _WHY[fault]}
        raise WeakPassword(_WHY[fault], errors=[error])
    async with passwords.slot() as turn:
        async with database.connection() as connection:
            await refuse_during_delay(connection, subject, now)
        held = account.password_hash
        if held is None or not await turn.matches(held, current):
            await count_failure(database, subject, limits, now)
            _log.info("password_change_refused", account_id=account.account_id)
            raise InvalidCredentials
        made = await turn.hash(new)
    async with database.transaction() as tx:
        if not await password_hashes.choose(tx, account.account_id, held=held, made=made):
            raise InvalidCredentials
        others = await sessions.others(tx, account.account_id, caller.session_id)
        await end_within(tx, account.account_id, others, reason="password_changed", now=now)
        await void_links(tx, RECOVERY, account.account_id, now)
        await deliveries.remove_of_account(tx, account.account_id, "credentials")
        await send_notice(tx, keyring, account, "password_changed", now=now)
    _log.info("password_changed", account_id=account.account_id)
