"""Counts, per address, of folios that were asked for and don't exist (GCRA, one row each)."""

from datetime import datetime, timedelta

from shared.database import Transaction


async def due_at(tx: Transaction, address: bytes) -> datetime | None:
    """When this address's next miss would be due; None for one that has missed nothing lately."""
    due: datetime | None = await tx.fetchval(
        "SELECT due_at FROM seal_misses WHERE address = $1", address
    )
    return due


async def count(tx: Transaction, address: bytes, now: datetime, interval: timedelta) -> None:
    await tx.execute(
        """
        INSERT INTO seal_misses AS miss (address, due_at)
        VALUES ($1, $2::timestamptz + $3::interval)
        ON CONFLICT (address) DO UPDATE
        SET due_at = greatest(miss.due_at, $2::timestamptz) + $3::interval
        """,
        address,
        now,
        interval,
    )


async def forget(tx: Transaction, now: datetime) -> None:
    """Drops who has nothing to wait for any more."""
    await tx.execute("DELETE FROM seal_misses WHERE due_at < $1", now)
