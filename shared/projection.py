"""Projections: what a service keeps of another's facts, each row guarded by the fact's sequence."""

from typing import Any

from shared.database import Transaction
from shared.received import Received


async def keep(
    tx: Transaction, table: str, received: Received, *, key: str, **columns: Any
) -> bool:
    """Writes the subject's newest state; False when the table already holds this or a newer one.

    The table has `key` (the subject's id, its primary key), `sequence bigint`, `as_of timestamptz`
    and the given columns. Deliveries may come in any order. A republished event replaces whatever
    is held whatever its sequence, unless that is of a later time: a change made while the
    republishing ran overtakes it on the way.
    """
    names = (key, "sequence", "as_of", *columns)
    if not all(name.isidentifier() for name in (table, *names)):
        raise ValueError(table)
    places = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names[1:])
    written = await tx.fetchval(
        f"""
        INSERT INTO {table} ({", ".join(names)}) VALUES ({places})
        ON CONFLICT ({key}) DO UPDATE SET {changes}
        WHERE {table}.sequence < EXCLUDED.sequence
           OR ${len(names) + 1} AND {table}.as_of <= EXCLUDED.as_of
        RETURNING true
        """,
        received.event.subject,
        received.event.version,
        received.event.time,
        *columns.values(),
        received.republished,
    )
    return bool(written)
