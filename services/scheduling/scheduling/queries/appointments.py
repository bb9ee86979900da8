"""Appointments as their family sees them: rendered by SQL, the same way as the booking's answer."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from shared import cursors
from shared.database import Transaction
from shared.errors import NotFound

Filter = Literal["upcoming", "history", "cancelled"]

WHICH: dict[Filter, str] = {
    # No slot is longer than four hours: the index begins there instead of at the first visit.
    "upcoming": "state = 'booked' AND ends_at > $1 AND starts_at > $1 - interval '4 hours'",
    "history": "state <> 'cancelled' AND (state <> 'booked' OR ends_at <= $1)",
    "cancelled": "state = 'cancelled'",
}
"""What each filter shows (R-26)."""

_RENDERED = (
    "(appointment_json(appointments) || jsonb_build_object("
    "'cancellation', cancellation_preview(appointments, true, $1)))::text"
)


async def one(tx: Transaction, *, appointment_id: UUID, family_id: UUID, now: datetime) -> bytes:
    """An appointment of this family with what cancelling would do; NotFound otherwise."""
    text: str | None = await tx.fetchval(
        f"SELECT {_RENDERED} FROM appointments WHERE appointment_id = $2 AND family_id = $3",
        now,
        appointment_id,
        family_id,
    )
    if text is None:
        raise NotFound
    return text.encode()


async def listed(
    tx: Transaction,
    *,
    family_id: UUID,
    member_id: UUID | None,
    which: Filter,
    limit: int,
    cursor: str | None,
    now: datetime,
) -> bytes:
    """A page of the family's, or of one member's, appointments.

    Upcoming ones come soonest first, the others latest first. The cursor names the last row of the
    page before: rows that come or go elsewhere shift nothing.
    """
    step, order = (">", "ASC") if which == "upcoming" else ("<", "DESC")
    given: list[object] = [now, family_id, limit + 1]
    whose = "family_id = $2"
    # A condition that isn't there is left out: as `$4 IS NULL OR` it would keep a prepared plan
    # from using the index.
    if member_id is not None:
        given.append(member_id)
        whose += f" AND member_id = ${len(given)}"
    if cursor is not None:
        given += cursors.read(cursor)
        whose += f" AND (starts_at, appointment_id) {step} (${len(given) - 1}, ${len(given)})"
    rows = await tx.fetch(
        f"""
        SELECT appointment_id, starts_at, {_RENDERED} AS rendered FROM appointments
        WHERE {whose} AND {WHICH[which]}
        ORDER BY starts_at {order}, appointment_id {order} LIMIT $3
        """,
        *given,
    )
    page = rows[:limit]
    more = len(rows) > limit
    last = cursors.write(page[-1]["starts_at"], page[-1]["appointment_id"]) if more else None
    items = ",".join(row["rendered"] for row in page)
    return f'{{"items": [{items}], "next": {json.dumps(last)}}}'.encode()


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """What a calendar entry needs of an appointment."""

    name: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    state: str
    version: int
    changed_at: datetime


async def for_calendar(tx: Transaction, *, appointment_id: UUID, family_id: UUID) -> CalendarRow:
    """The appointment of this family as a calendar entry needs it; NotFound otherwise."""
    row = await tx.fetchrow(
        """
        SELECT coalesce(display_name, '') AS name, unit, starts_at, ends_at, state, version,
            coalesce(cancelled_at, booked_at) AS changed_at
        FROM appointments LEFT JOIN member_descriptions USING (member_id)
        WHERE appointment_id = $1 AND family_id = $2
        """,
        appointment_id,
        family_id,
    )
    if row is None:
        raise NotFound
    return CalendarRow(**row)


async def sanctions(tx: Transaction, *, family_id: UUID, now: datetime) -> list[Record]:
    """The family's sanctions that hold, the latest end first, each with what caused it (R-28).

    A weekly one was caused by every cancellation of its week up to the one that imposed it.
    """
    return await tx.fetch(
        """
        SELECT sanction_id, rule, imposed_at, until, array_agg(
            (cause.appointment_id, cause.folio, cause.cancelled_at) ORDER BY cause.cancelled_at
        ) AS causes
        FROM sanctions
        JOIN appointments AS last USING (appointment_id)
        JOIN units ON code = last.unit
        JOIN appointments AS cause ON cause.appointment_id = last.appointment_id
            OR (rule = 'weekly' AND cause.family_id = last.family_id
                AND cause.state = 'cancelled' AND cause.by = 'affiliate'
                AND cause.cancelled_channel IN ('web', 'mobile')
                AND cause.cancelled_at <= imposed_at
                AND date_trunc('week', cause.cancelled_at AT TIME ZONE zone)
                    = date_trunc('week', last.cancelled_at AT TIME ZONE zone))
        WHERE sanctions.family_id = $1 AND lifted_at IS NULL AND until > $2
        GROUP BY sanction_id ORDER BY until DESC
        """,
        family_id,
        now,
    )
