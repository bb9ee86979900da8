"""Appointments that the institute moves or cancels, many at once; counters last (R-24, R-32)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.event import Fact
from shared.contracts.scheduling import (
    AgendaWithdrawn,
    AppointmentCancelled,
    AppointmentDescribed,
    AppointmentMoved,
)
from shared.database import Transaction


class Overtaken(Exception):
    """A day that was to receive appointments was closed meanwhile: plan anew."""


@dataclass(slots=True)
class Changes:
    """Facts with their versions, and what each day gains and loses."""

    facts: list[tuple[Fact, int]] = field(default_factory=list)
    taken: Counter[UUID] = field(default_factory=Counter)
    web_used: Counter[UUID] = field(default_factory=Counter)


async def move(
    tx: Transaction, slots: Mapping[UUID, UUID], *, by: str, cause: str | None, reason: str
) -> Changes:
    """Moves each appointment to its slot, which the transaction holds; its folio stays.

    It leaves its old day's quota and takes a desk place on the new day (R-24). Public and private
    history grow by one, the private one only where the doctor is another.
    """
    rows = await tx.fetch(
        """
        UPDATE appointments AS moved SET
            slot_id = slot.slot_id, agenda_id = slot.agenda_id, doctor_id = slot.doctor_id,
            date = slot.date, starts_at = slot.starts_at, ends_at = slot.ends_at,
            web_place = false, by = $3, reason = $4, staff_reason = $5,
            version = old.version + 1,
            described_version = old.described_version + (slot.doctor_id <> old.doctor_id)::integer
        FROM unnest($1::uuid[], $2::uuid[]) AS given (appointment_id, slot_id)
        JOIN slots AS slot ON slot.slot_id = given.slot_id
        JOIN appointments AS old ON old.appointment_id = given.appointment_id
        WHERE moved.appointment_id = given.appointment_id
        RETURNING appointment_fact(moved) AS fact, appointment_description(moved) AS description,
            moved.version, moved.described_version, moved.agenda_id,
            moved.doctor_id <> old.doctor_id AS another_doctor,
            old.slot_id AS old_slot_id, old.agenda_id AS old_agenda_id, old.web_place
        """,
        list(slots),
        list(slots.values()),
        by,
        cause,
        reason,
    )
    changes = Changes()
    for row in rows:
        changes.facts.append((AppointmentMoved.model_validate_json(row["fact"]), row["version"]))
        if row["another_doctor"]:
            described = AppointmentDescribed.model_validate_json(row["description"])
            changes.facts.append((described, row["described_version"]))
        changes.taken[row["old_agenda_id"]] -= 1
        changes.web_used[row["old_agenda_id"]] -= int(row["web_place"])
        changes.taken[row["agenda_id"]] += 1
    await _free(tx, [row["old_slot_id"] for row in rows])
    await tx.execute(
        "UPDATE slots SET appointment_id = given.appointment_id"
        " FROM unnest($1::uuid[], $2::uuid[]) AS given (appointment_id, slot_id)"
        " WHERE slots.slot_id = given.slot_id",
        list(slots),
        list(slots.values()),
    )
    return changes


async def cancel(
    tx: Transaction, appointment_ids: Sequence[UUID], *, cause: str, reason: str, now: datetime
) -> Changes:
    """Cancels in the institute's name: no sanction ever counts it (R-28), referrals come back."""
    rows = await tx.fetch(
        """
        UPDATE appointments SET state = 'cancelled', by = 'institute', reason = $2,
            staff_reason = $3, cancelled_at = $4, cancelled_channel = 'institute',
            version = version + 1
        WHERE appointment_id = ANY($1)
        RETURNING appointment_fact(appointments) AS fact, version, slot_id, agenda_id, web_place
        """,
        list(appointment_ids),
        cause,
        reason,
        now,
    )
    changes = Changes()
    for row in rows:
        fact = AppointmentCancelled.model_validate_json(row["fact"])
        changes.facts.append((fact, row["version"]))
        changes.taken[row["agenda_id"]] -= 1
        changes.web_used[row["agenda_id"]] -= int(row["web_place"])
    await _free(tx, [row["slot_id"] for row in rows])
    await tx.execute(
        "DELETE FROM referral_uses WHERE appointment_id = ANY($1)", list(appointment_ids)
    )
    return changes


async def _free(tx: Transaction, slot_ids: Sequence[UUID]) -> None:
    await tx.execute(
        "UPDATE slots SET appointment_id = NULL WHERE slot_id = ANY($1)", list(slot_ids)
    )


async def count(
    tx: Transaction, *parts: Changes, withdrawn: UUID | None = None
) -> tuple[Fact, int] | None:
    """Changes the days' counters, last and in order; a withdrawn day's fact with its version.

    Raises Overtaken when a day that gains appointments is not open any more.
    """
    taken: Counter[UUID] = Counter()
    web_used: Counter[UUID] = Counter()
    for part in parts:
        taken.update(part.taken)
        web_used.update(part.web_used)
    days = sorted({*taken, *web_used} | ({withdrawn} if withdrawn else set()))
    await tx.execute(
        "SELECT FROM agenda_days WHERE agenda_id = ANY($1) ORDER BY agenda_id FOR NO KEY UPDATE",
        days,
    )
    rows = await tx.fetch(
        """
        UPDATE agenda_days AS day SET
            taken = day.taken + given.taken, web_used = day.web_used + given.web_used,
            state = CASE WHEN day.agenda_id = $4 THEN 'withdrawn' ELSE state END,
            version = version + (day.agenda_id IS NOT DISTINCT FROM $4)::integer
        FROM unnest($1::uuid[], $2::integer[], $3::integer[]) AS given (agenda_id, taken, web_used)
        WHERE day.agenda_id = given.agenda_id
            AND (given.taken <= 0 OR state = 'open')
            AND (day.agenda_id IS DISTINCT FROM $4 OR state = 'closing')
        RETURNING day.agenda_id, unit, date, version
        """,
        days,
        [taken[day] for day in days],
        [web_used[day] for day in days],
        withdrawn,
    )
    if len(rows) < len(days):
        raise Overtaken
    for row in rows:
        if row["agenda_id"] == withdrawn:
            fact = AgendaWithdrawn(agenda_id=withdrawn, unit=row["unit"], date=row["date"])
            return fact, row["version"]
    return None
