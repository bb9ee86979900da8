"""The audit as rows to be read, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Filters:
    """None of them: everything. `since` is included, `until` not."""

    actor: UUID | None = None
    subject: UUID | None = None
    operations: tuple[str, ...] | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    tx: Transaction, filters: Filters, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Up to so many rows older than `before`; `number` is None until a row is linked.

    Only the conditions that were given are written, so that each has its index to go by.
    """
    given: list[object] = []
    wanted = ["true"]

    def where(condition: str, *values: object) -> None:
        if None not in values:
            places = [f"${len(given) + place}" for place in range(1, len(values) + 1)]
            wanted.append(condition.format(*places))
            given.extend(values)

    where("a.actor_id = {}", filters.actor)
    where("a.subjects @> ARRAY[{}::uuid]", filters.subject)
    where("a.operation = ANY({})", filters.operations)
    where("a.outcome = {}", filters.outcome)
    where("a.at >= {}", filters.since)
    where("a.at < {}", filters.until)
    where("(a.at, a.audit_id) < ({}, {})", *(before or (None, None)))
    rows: list[asyncpg.Record] = await tx.fetch(
        f"""
        SELECT a.audit_id, a.at, a.actor_id, a.role, a.unit, a.operation, a.subjects, a.outcome,
               a.reason, l.number
        FROM audit a LEFT JOIN audit_links l USING (audit_id)
        WHERE {" AND ".join(wanted)}
        ORDER BY a.at DESC, a.audit_id DESC LIMIT {limit:d}
        """,
        *given,
    )
    return rows
