"""Sick leaves as rows, up to their authorisation and their revocation (R-42, R-43)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from clinical_records.domain.sick_leaves import State
from shared.database import Transaction

_COLUMNS = (
    "sick_leave_id, folio, member_id, unit, doctor_id, issued_by, issued_at, issued_on, starts_on,"
    " days, kind, state, authorised_at, sealed_at, revoked_at, content, content_key_id"
)


@dataclass(frozen=True, slots=True)
class NewSickLeave:
    sick_leave_id: UUID
    folio: str
    member_id: UUID
    family_id: UUID
    unit: str
    doctor_id: UUID
    issued_by: UUID
    issued_at: datetime
    issued_on: date
    starts_on: date
    days: int
    kind: str
    content: bytes
    content_key_id: str


async def add(tx: Transaction, new: NewSickLeave) -> None:
    await tx.execute(
        """
        INSERT INTO sick_leaves (sick_leave_id, folio, member_id, family_id, unit, doctor_id,
                                 issued_by, issued_at, issued_on, starts_on, days, kind, content,
                                 content_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        new.sick_leave_id,
        new.folio,
        new.member_id,
        new.family_id,
        new.unit,
        new.doctor_id,
        new.issued_by,
        new.issued_at,
        new.issued_on,
        new.starts_on,
        new.days,
        new.kind,
        new.content,
        new.content_key_id,
    )


async def locked(tx: Transaction, sick_leave_id: UUID, unit: str | None) -> asyncpg.Record | None:
    """Held until the transaction ends; None in another unit. Without a unit, of any."""
    return await tx.fetchrow(
        "SELECT state, member_id, family_id, issued_by FROM sick_leaves"
        " WHERE sick_leave_id = $1 AND ($2::text IS NULL OR unit = $2) FOR UPDATE",
        sick_leave_id,
        unit,
    )


async def authorise(tx: Transaction, sick_leave_id: UUID, *, by: UUID, now: datetime) -> None:
    await tx.execute(
        "UPDATE sick_leaves SET state = 'authorised', authorised_by = $2, authorised_at = $3"
        " WHERE sick_leave_id = $1",
        sick_leave_id,
        by,
        now,
    )


async def revoke(
    tx: Transaction, sick_leave_id: UUID, *, by: UUID, reason: tuple[str, bytes], now: datetime
) -> int:
    """Revokes it and returns its fact's sequence; `reason` is key id and sealed text."""
    key_id, sealed = reason
    version: int = await tx.fetchval(
        """
        UPDATE sick_leaves SET state = 'revoked', revoked_by = $2, revoked_at = $3,
               revoked_reason = $4, revoked_reason_key_id = $5, version = version + 1
        WHERE sick_leave_id = $1 RETURNING version
        """,
        sick_leave_id,
        by,
        now,
        sealed,
        key_id,
    )
    return version


async def shown_to_holder(
    tx: Transaction,
    member_id: UUID,
    *,
    issued_since: date,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """What R-42 shows, the newest first: authorised and sealed, issued since that local day."""
    at, sick_leave_id = before or (None, None)
    rows: list[asyncpg.Record] = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM sick_leaves
        WHERE member_id = $1 AND state = 'sealed' AND issued_on >= $2
          AND ($4::timestamptz IS NULL OR (issued_at, sick_leave_id) < ($4, $5::uuid))
        ORDER BY issued_at DESC, sick_leave_id DESC LIMIT $3
        """,
        member_id,
        issued_since,
        limit,
        at,
        sick_leave_id,
    )
    return rows


async def of_member(tx: Transaction, member_id: UUID, *, limit: int) -> list[asyncpg.Record]:
    """A member's in every state, the newest first: what a doctor reads."""
    rows: list[asyncpg.Record] = await tx.fetch(
        f"SELECT {_COLUMNS} FROM sick_leaves WHERE member_id = $1"
        " ORDER BY issued_at DESC, sick_leave_id DESC LIMIT $2",
        member_id,
        limit,
    )
    return rows


async def in_state(
    tx: Transaction,
    state: State,
    *,
    unit: str | None,
    folio: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """The authoriser's queue, the oldest first, of one unit or of all."""
    at, sick_leave_id = after or (None, None)
    rows: list[asyncpg.Record] = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM sick_leaves
        WHERE state = $1 AND ($2::text IS NULL OR unit = $2) AND ($3::text IS NULL OR folio = $3)
          AND ($5::timestamptz IS NULL OR (issued_at, sick_leave_id) > ($5, $6::uuid))
        ORDER BY issued_at, sick_leave_id LIMIT $4
        """,
        state,
        unit,
        folio,
        limit,
        at,
        sick_leave_id,
    )
    return rows
