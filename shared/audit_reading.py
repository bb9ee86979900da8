"""Reading a service's audit over HTTP, which leaves its row in it, too (decision 13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from shared import audit, cursors
from shared.audit import Actor
from shared.auth import Role
from shared.contracts.event import Instant
from shared.database import Database, Transaction
from shared.operations import Answer, Call, Routes
from shared.service import DATABASE
from shared.text import RequestInstant

OPERATION = "read-audit"
READERS: frozenset[Role] = frozenset({"auditor", "administrator"})
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")]


class AuditQuery(BaseModel):
    """`from` is included, `to` is not; pydantic reads queries from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actor: UUID | None = None
    subject: UUID | None = None
    operation: Code | None = None
    from_: RequestInstant | None = Field(None, alias="from")
    to: RequestInstant | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class AuditActor(BaseModel):
    """`account_id` is null for an operator's command, whose role is `command`."""

    account_id: UUID | None
    role: str
    unit: str | None


class AuditRow(BaseModel):
    """`number` is the row's place in the chain, null for the second until it is linked."""

    id: UUID
    number: int | None
    at: Instant
    actor: AuditActor
    operation: str
    subjects: list[UUID]
    outcome: str
    reason: str | None


class AuditRows(BaseModel):
    items: list[AuditRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """None of them: everything. `since` is included, `until` not."""

    actor: UUID | None = None
    subject: UUID | None = None
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def add_audit_reading(routes: Routes, path: str) -> None:
    """Adds the operation: each service answers for its own rows and its own chain."""
    routes.get(path, answer=AuditRows, roles=READERS, audited=OPERATION)(list_audit)


async def list_audit(call: Call, *, query: AuditQuery) -> Answer:
    """Who did what on whom, the newest first; this reading is recorded, too."""
    rows, more = await read_audit(
        call.app[DATABASE],
        Actor.of(call.caller),
        Filters(query.actor, query.subject, query.operation, query.from_, query.to),
        before=cursors.read(query.cursor) if query.cursor is not None else None,
        limit=query.limit,
        now=call.now,
    )
    last = cursors.write(rows[-1]["at"], rows[-1]["audit_id"]) if more else None
    return AuditRows(items=[_shown(row) for row in rows], next=last)


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
        rows = await _page(tx, filters, before=before, limit=limit + 1)
        subjects = [one for one in (filters.actor, filters.subject) if one is not None]
        await audit.record(tx, actor, OPERATION, subjects, now=now)
    return rows[:limit], len(rows) > limit


async def _page(
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


def _shown(row: asyncpg.Record) -> AuditRow:
    return AuditRow(
        id=row["audit_id"],
        number=row["number"],
        at=row["at"],
        actor=AuditActor(account_id=row["actor_id"], role=row["role"], unit=row["unit"]),
        operation=row["operation"],
        subjects=row["subjects"],
        outcome=row["outcome"],
        reason=row["reason"],
    )
