"""Appointments as staff see them: by folio, and of one member (R-33)."""

import json
from datetime import datetime
from uuid import UUID

from scheduling.domain.staff import Reach
from scheduling.queries.appointments import WHICH, Filter
from shared import cursors
from shared.database import Transaction

_RENDERED = "staff_appointment_json(appointments, $1)::text"


async def by_folio(
    tx: Transaction, folio: str, reach: Reach, *, now: datetime
) -> tuple[bytes, list[UUID]]:
    """A list of the one appointment within reach with this folio, or of none; and of its id."""
    row = await tx.fetchrow(
        f"SELECT appointment_id, {_RENDERED} AS rendered FROM appointments WHERE folio = $2"
        " AND ($3::text IS NULL OR unit = $3) AND ($4::uuid IS NULL OR doctor_id = $4)",
        now,
        folio,
        reach.unit,
        reach.doctor_id,
    )
    if row is None:
        return b'{"items": [], "next": null}', []
    answer = f'{{"items": [{row["rendered"]}], "next": null}}'
    return answer.encode(), [row["appointment_id"]]


async def of_member(
    tx: Transaction,
    member_id: UUID,
    *,
    which: Filter,
    limit: int,
    cursor: str | None,
    now: datetime,
) -> bytes:
    """A page of the member's appointments: upcoming soonest first, the others latest first."""
    step, order = (">", "ASC") if which == "upcoming" else ("<", "DESC")
    given: list[object] = [now, member_id, limit + 1]
    after = ""
    if cursor is not None:
        given += cursors.read(cursor)
        after = f"AND (starts_at, appointment_id) {step} ($4, $5)"
    rows = await tx.fetch(
        f"""
        SELECT appointment_id, starts_at, {_RENDERED} AS rendered FROM appointments
        WHERE member_id = $2 AND {WHICH[which]} {after}
        ORDER BY starts_at {order}, appointment_id {order} LIMIT $3
        """,
        *given,
    )
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    more = cursors.write(last["starts_at"], last["appointment_id"]) if last else None
    items = ",".join(row["rendered"] for row in page)
    return f'{{"items": [{items}], "next": {json.dumps(more)}}}'.encode()
