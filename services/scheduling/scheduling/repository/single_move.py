"""One appointment and the slot that staff move it to (R-32)."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """The appointment as it stands, its family held."""

    member_id: UUID
    slot_id: UUID
    service: str
    unit: str
    zone: str
    state: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """Where it is to go."""

    service: str
    unit: str
    doctor_id: UUID
    starts_at: datetime
    ends_at: datetime
    free: bool


async def appointment(tx: Transaction, appointment_id: UUID, *, hold: bool) -> Standing | None:
    row = await tx.fetchrow(
        "SELECT member_id, slot_id, service, unit, zone, state, starts_at"
        " FROM appointments JOIN units ON code = unit WHERE appointment_id = $1"
        + (" FOR UPDATE OF appointments" if hold else ""),
        appointment_id,
    )
    return None if row is None else Standing(**row)


async def target(tx: Transaction, slot_id: UUID, *, hold: bool) -> Target | None:
    """The slot; held, nobody takes it until the end."""
    row = await tx.fetchrow(
        "SELECT service, unit, doctor_id, starts_at, ends_at, appointment_id IS NULL AS free"
        " FROM slots WHERE slot_id = $1" + (" FOR UPDATE" if hold else ""),
        slot_id,
    )
    return None if row is None else Target(**row)


async def refusal(
    tx: Transaction, appointment_id: UUID, slot_id: UUID, now: datetime
) -> dict[str, Any] | None:
    """What the rules of a desk booking have against the new day, limits apart: `{slug, ...}`.

    Coverage on that day (R-34), a day that is open, a time to come within the horizon, and the
    member's own other appointments (R-23).
    """
    text: str | None = await tx.fetchval(
        """
        SELECT coalesce(
            rule_coverage(members, slot.date, today, false),
            rule_slot(slot.starts_at, slot.date, day.state, policy_on(today), false, $3, today),
            CASE WHEN EXISTS (
                SELECT FROM appointments AS other
                WHERE other.member_id = members.member_id AND other.state <> 'cancelled'
                    AND other.appointment_id <> $1
                    AND other.starts_at < slot.ends_at AND other.ends_at > slot.starts_at
            ) THEN jsonb_build_object('slug', 'member-busy') END)::text
        FROM appointments JOIN members USING (member_id)
        CROSS JOIN slots AS slot JOIN agenda_days AS day ON day.agenda_id = slot.agenda_id
        JOIN units ON code = slot.unit
        CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE zone)::date AS today) AS local
        WHERE appointments.appointment_id = $1 AND slot.slot_id = $2
        """,
        appointment_id,
        slot_id,
        now,
    )
    found: dict[str, Any] | None = None if text is None else json.loads(text)
    return found
