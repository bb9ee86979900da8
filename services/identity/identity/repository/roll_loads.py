"""The ledger of loads: what was loaded, and what it changed."""

from dataclasses import dataclass
from datetime import datetime

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class LoadCounts:
    members: int
    families: int
    registered: int
    changed: int
    lapsed: int


async def last_content(tx: Transaction) -> bytes | None:
    """The SHA-256 of the file that the roll is now."""
    content: bytes | None = await tx.fetchval(
        "SELECT content_sha256 FROM roll_loads ORDER BY load_id DESC LIMIT 1"
    )
    return content


async def staged(tx: Transaction) -> tuple[int, int]:
    """Members and families of the file."""
    row = await tx.fetchrow(
        "SELECT count(*) AS members, count(*) FILTER (WHERE relation = 'holder') AS families"
        " FROM roll_staging"
    )
    return (row["members"], row["families"]) if row is not None else (0, 0)


async def add(tx: Transaction, content: bytes, counts: LoadCounts, now: datetime) -> None:
    await tx.execute(
        "INSERT INTO roll_loads"
        " (content_sha256, loaded_at, members, families, registered, changed, lapsed)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        content,
        now,
        counts.members,
        counts.families,
        counts.registered,
        counts.changed,
        counts.lapsed,
    )
