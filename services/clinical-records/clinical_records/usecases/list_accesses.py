"""Who looked at a member's records (R-45): for the family, and for the person at the desk."""

from datetime import datetime
from uuid import UUID

import asyncpg

from clinical_records.domain.errors import RecordsWithdrawn
from clinical_records.domain.looks import LOOKS
from clinical_records.repository import accesses, members
from clinical_records.repository.accesses import Filters
from clinical_records.usecases.acting import Clerk
from shared import audit
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import NotFound

OPERATION = "list-accesses"
AT_THE_DESK = "print-accesses"
Page = tuple[list[asyncpg.Record], bool]


async def list_accesses(
    database: Database,
    actor: Actor,
    member_id: UUID,
    *,
    family_id: UUID,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> Page:
    """Up to `limit` looks, the newest first, and whether there are more.

    A lapsed member's, too: the right to know outlives the coverage. Raises NotFound, and
    RecordsWithdrawn for who withdrew own records: the desk prints it for that person.
    """
    async with database.transaction() as tx:
        member = await members.of_family(tx, member_id, family_id)
        if member is None:
            raise NotFound
        if member.hidden:
            raise RecordsWithdrawn
        found = await _looks(tx, member_id, before, limit)
        await audit.record(tx, actor, OPERATION, [member_id], now=now)
    return found


async def print_accesses(
    database: Database,
    clerk: Clerk,
    member_id: UUID,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
    now: datetime,
) -> Page:
    """The same at the desk, for a member of the clerk's unit, withdrawn or not; or NotFound."""
    async with database.transaction() as tx:
        if await members.of_unit(tx, member_id, clerk.unit) is None:
            raise NotFound
        found = await _looks(tx, member_id, before, limit)
        await audit.record(tx, clerk.actor, AT_THE_DESK, [member_id], now=now)
    return found


async def _looks(
    tx: Transaction, member_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> Page:
    wanted = Filters(subject=member_id, operations=tuple(LOOKS), outcome=audit.DONE)
    rows = await accesses.page(tx, wanted, before=before, limit=limit + 1)
    return rows[:limit], len(rows) > limit
