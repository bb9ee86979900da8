"""Refreshing a session: the token rotates, and one used twice betrays a thief (R-13)."""

from datetime import datetime

import structlog

from identity.domain.links import new_token, readable_token, token_digest
from identity.domain.sessions import LIVES, RefreshToken, fate_of
from identity.repository import accounts, sessions
from identity.signing import Signer
from identity.usecases.end_sessions import end_within
from identity.usecases.log_in import Tokens
from shared.database import Database, Transaction
from shared.errors import Unauthenticated

_log = structlog.get_logger()


async def refresh_session(
    database: Database, signer: Signer, refresh_token: str, *, force_change: bool, now: datetime
) -> Tokens:
    """New tokens; the one given is done with, but for 30 s in which it gives a sibling.

    Raises Unauthenticated for a token that is unknown, over, or used again later; the last ends
    the session, and that stays although the request is refused.
    """
    if not readable_token(refresh_token):
        raise Unauthenticated
    tokens: Tokens | None = None
    async with database.transaction() as tx:
        digest = token_digest(refresh_token)
        held = await sessions.token(tx, digest)
        if held is not None:
            tokens = await _judged(tx, signer, held, digest, now, force_change=force_change)
    if tokens is None:
        raise Unauthenticated
    return tokens


async def _judged(
    tx: Transaction,
    signer: Signer,
    held: RefreshToken,
    digest: bytes,
    now: datetime,
    *,
    force_change: bool,
) -> Tokens | None:
    match fate_of(held, now):
        case "over":
            return None
        case "reused":
            _log.warning(
                "refresh_token_reused", session_id=held.session_id, account_id=held.account_id
            )
            await end_within(tx, held.account_id, [held.session_id], reason="token_reused", now=now)
            return None
        case "rotate":
            await sessions.rotate(tx, digest, now)
        case "sibling":
            pass
    account = await accounts.by_id(tx, held.account_id)
    if account is None or account.state != "active":
        return None
    refresh_token = new_token()
    await sessions.add_token(tx, held.session_id, token_digest(refresh_token), now)
    await sessions.touch(tx, held.session_id, now + LIVES[held.channel].idle, now)
    access_token = signer.access_token(account, held.session_id, now, force_change=force_change)
    return Tokens(access_token, refresh_token, account.password_state)
