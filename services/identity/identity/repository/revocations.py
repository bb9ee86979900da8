"""Revocations as rows: what another service reads when it starts to listen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Revocation:
    revocation_id: UUID
    session_id: UUID | None
    account_id: UUID | None
    issued_before: datetime


async def add(tx: Transaction, revocation: Revocation, now: datetime) -> None:
    await tx.execute(
        "INSERT INTO revocations"
        " (revocation_id, session_id, account_id, issued_before, created_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        revocation.revocation_id,
        revocation.session_id,
        revocation.account_id,
        revocation.issued_before,
        now,
    )


async def since(tx: Transaction, instant: datetime) -> list[Revocation]:
    rows = await tx.fetch(
        "SELECT revocation_id, session_id, account_id, issued_before FROM revocations"
        " WHERE created_at >= $1 ORDER BY created_at",
        instant,
    )
    return [Revocation(**row) for row in rows]


async def purge(tx: Transaction, before: datetime) -> None:
    """Forgets what no living token can be subject to."""
    await tx.execute("DELETE FROM revocations WHERE created_at < $1", before)
