"""Ending sessions: here at once, everywhere else within a second (R-13)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from identity.domain.sessions import ACCESS_LIFE
from identity.repository import revocations, sessions
from identity.repository.revocations import Revocation
from shared import outbox
from shared.contracts.identity import SessionRevoked
from shared.database import Database, Transaction
from shared.errors import NotFound
from shared.ids import uuid7

EndReason = Literal[
    "logged_out", "closed_by_owner", "token_reused", "too_many", "password_changed", "by_staff",
    "password_recovered", "email_changed", "email_reversed",
]  # fmt: skip


async def end_session(
    database: Database,
    account_id: UUID,
    session_id: UUID,
    *,
    reason: EndReason,
    now: datetime,
) -> None:
    """Ends one of the account's sessions; NotFound when it isn't theirs or was ended before."""
    async with database.transaction() as tx:
        ended = await end_within(tx, account_id, [session_id], reason=reason, now=now)
    if not ended:
        raise NotFound


async def end_all_sessions(
    database: Database, account_id: UUID, *, reason: EndReason, now: datetime
) -> None:
    """Ends every session of the account, the present one too."""
    async with database.transaction() as tx:
        await end_within(tx, account_id, None, reason=reason, now=now)


async def end_within(
    tx: Transaction,
    account_id: UUID,
    session_ids: list[UUID] | None,
    *,
    reason: EndReason,
    now: datetime,
) -> list[UUID]:
    """Ends these sessions, or all, as part of a larger story; returns those that were open.

    Each is revoked by itself. Its tokens are dead however late they were signed: a refresh that
    came an instant before us may have signed one that is younger than `now`.
    """
    ended = await sessions.end(tx, account_id, session_ids, reason=reason, now=now)
    for session_id in ended:
        revocation = Revocation(uuid7(), session_id, None, now + ACCESS_LIFE)
        await revocations.add(tx, revocation, now)
        revoked = SessionRevoked(
            revocation_id=revocation.revocation_id,
            session_id=session_id,
            account_id=None,
            issued_before=revocation.issued_before,
        )
        await outbox.add(tx, revoked, sequence=1, now=now)
    return ended
