"""Staff look mails up; the look leaves its row in the audit (R-52)."""

from datetime import datetime
from uuid import UUID

import asyncpg

from notifications.domain.lookups import lookup
from notifications.domain.mails import State
from notifications.repository import ledger_search
from shared import audit
from shared.audit import Actor
from shared.database import Database

OPERATION = "search-mails"


async def search_mails(
    database: Database,
    actor: Actor,
    query: str | None,
    *,
    state: State | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> tuple[list[asyncpg.Record], bool]:
    """Up to `limit` mails, the newest first, and whether there are more.

    Who is bound to a unit sees the mails of families with somebody in that unit.
    """
    wanted = lookup(query) if query is not None else None
    nothing = query is not None and wanted is None
    async with database.transaction() as tx:
        rows = (
            []
            if nothing
            else await ledger_search.page(
                tx, wanted, state=state, unit=actor.unit, before=before, limit=limit + 1
            )
        )
        # What was typed is not kept: an address would stand in the audit for ever.
        subjects = [wanted.identifier] if wanted is not None and wanted.identifier else []
        await audit.record(tx, actor, OPERATION, subjects, now=now)
    return rows[:limit], len(rows) > limit
