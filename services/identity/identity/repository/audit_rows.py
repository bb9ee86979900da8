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
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    tx: Transaction, filters: Filters, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Up to so many rows older than `before`; `number` is None until a row is linked."""
    at, audit_id = before or (None, None)
    rows: list[asyncpg.Record] = await tx.fetch(
        """
        SELECT a.audit_id, a.at, a.actor_id, a.role, a.unit, a.operation, a.subjects, a.outcome,
               a.reason, l.number
        FROM audit a LEFT JOIN audit_links l USING (audit_id)
        WHERE ($1::uuid IS NULL OR a.actor_id = $1)
          AND ($2::uuid IS NULL OR a.subjects @> ARRAY[$2::uuid])
          AND ($3::text IS NULL OR a.operation = $3)
          AND ($4::timestamptz IS NULL OR a.at >= $4)
          AND ($5::timestamptz IS NULL OR a.at < $5)
          AND ($6::timestamptz IS NULL OR (a.at, a.audit_id) < ($6, $7::uuid))
        ORDER BY a.at DESC, a.audit_id DESC LIMIT $8
        """,
        filters.actor,
        filters.subject,
        filters.operation,
        filters.since,
        filters.until,
        at,
        audit_id,
        limit,
    )
    return rows
