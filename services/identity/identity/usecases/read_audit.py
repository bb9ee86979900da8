"""Reading the audit, which leaves its row in it, too (decision 13)."""

from datetime import datetime
from uuid import UUID

import asyncpg

from identity.repository import audit_rows
from identity.repository.audit_rows import Filters
from shared import audit
from shared.audit import Actor
from shared.database import Database

OPERATION = "read-audit"


async def read_audit(
    database: Database,
    actor: Actor,
    filters: Filters,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> tuple[list[asyncpg.Record], bool]:
    """Up to `limit` rows, the newest first, and whether there are more."""
    async with database.transaction() as tx:
        rows = await audit_rows.page(tx, filters, before=before, limit=limit + 1)
        subjects = [one for one in (filters.actor, filters.subject) if one is not None]
        await audit.record(tx, actor, OPERATION, subjects, now=now)
    return rows[:limit], len(rows) > limit
