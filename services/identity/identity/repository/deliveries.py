"""Deliveries as rows: sealed, until they are mailed or expire."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    delivery_id: UUID
    template: str
    sealed: bytes


async def add(
    tx: Transaction,
    *,
    delivery_id: UUID,
    account_id: UUID | None,
    template: str,
    sealed: bytes,
    expires_at: datetime,
    now: datetime,
) -> None:
    await tx.execute(
        "INSERT INTO deliveries"
        " (delivery_id, account_id, template, sealed, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        delivery_id,
        account_id,
        template,
        sealed,
        now,
        expires_at,
    )


async def get(tx: Transaction, delivery_id: UUID, now: datetime) -> StoredDelivery | None:
    row = await tx.fetchrow(
        "SELECT delivery_id, template, sealed FROM deliveries"
        " WHERE delivery_id = $1 AND expires_at > $2",
        delivery_id,
        now,
    )
    return None if row is None else StoredDelivery(**row)


async def remove(tx: Transaction, delivery_id: UUID) -> bool:
    return bool(
        await tx.fetchval(
            "DELETE FROM deliveries WHERE delivery_id = $1 RETURNING true", delivery_id
        )
    )


async def remove_of_account(tx: Transaction, account_id: UUID, template: str) -> None:
    """What is still to be mailed of one kind: a superseded link is not worth a mail."""
    await tx.execute(
        "DELETE FROM deliveries WHERE account_id = $1 AND template = $2", account_id, template
    )


async def reap(tx: Transaction, now: datetime) -> int:
    """Erases what expired; returns how many."""
    status: str = await tx.execute("DELETE FROM deliveries WHERE expires_at <= $1", now)
    return int(status.rpartition(" ")[2])
