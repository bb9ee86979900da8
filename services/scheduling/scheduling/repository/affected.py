"""Appointments that a change of an agenda touches, and the free places they may go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from scheduling.domain.moving import Moving, Place, Span
from scheduling.repository.withdrawals import Agenda
from shared.database import Transaction

PLACES = 5000
"""Far more free places than a day has appointments: what comes later is never needed."""


@dataclass(frozen=True, slots=True)
class Affected:
    """An appointment still to come, of a day that changes."""

    appointment_id: UUID
    folio: str
    family_id: UUID
    member_id: UUID
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    valid_from: date | None
    valid_to: date | None

    @property
    def moving(self) -> Moving:
        return Moving(
            self.appointment_id, self.member_id, self.starts_at, self.valid_from, self.valid_to
        )


async def of_agenda(tx: Transaction, agenda_id: UUID, now: datetime) -> list[Affected]:
    """The day's appointments still to come, by time."""
    rows = await tx.fetch(
        """
        SELECT appointment_id, folio, appointments.family_id, member_id, slot_id, starts_at,
            ends_at, valid_from, valid_to
        FROM appointments LEFT JOIN members USING (member_id)
        WHERE agenda_id = $1 AND state = 'booked' AND starts_at > $2
        ORDER BY starts_at, appointment_id
        """,
        agenda_id,
        now,
    )
    return [Affected(**row) for row in rows]


async def lock_families(tx: Transaction, family_ids: set[UUID]) -> None:
    """Nobody books, cancels or moves for these families meanwhile; taken in one order."""
    await tx.execute(
        "SELECT FROM families WHERE family_id = ANY($1) ORDER BY family_id FOR UPDATE",
        list(family_ids),
    )


async def places(tx: Transaction, agenda: Agenda, *, after: datetime, until: date) -> list[Place]:
    """Free places of the day's service and unit on other days or with others, soonest first.

    Of two at one time the doctor's own comes first.
    """
    rows = await tx.fetch(
        """
        SELECT slot_id, slots.agenda_id, slots.doctor_id, slots.date, starts_at, ends_at
        FROM slots JOIN agenda_days USING (agenda_id)
        WHERE slots.unit = $1 AND slots.service = $2 AND appointment_id IS NULL
            AND state = 'open' AND agenda_id <> $3 AND starts_at >= $5 AND slots.date <= $6
        ORDER BY starts_at, slots.doctor_id <> $4, slots.doctor_id LIMIT $7
        """,
        agenda.unit,
        agenda.service,
        agenda.agenda_id,
        agenda.doctor_id,
        after,
        until,
        PLACES,
    )
    return [Place(**row) for row in rows]


async def busy(
    tx: Transaction, member_ids: Sequence[UUID], after: datetime
) -> dict[UUID, list[tuple[UUID, Span]]]:
    """When members are expected already, with the appointments' ids."""
    rows = await tx.fetch(
        "SELECT member_id, appointment_id, starts_at, ends_at FROM appointments"
        " WHERE member_id = ANY($1) AND state <> 'cancelled' AND ends_at > $2",
        list(member_ids),
        after,
    )
    found: dict[UUID, list[tuple[UUID, Span]]] = {}
    for row in rows:
        span = (row["appointment_id"], (row["starts_at"], row["ends_at"]))
        found.setdefault(row["member_id"], []).append(span)
    return found


async def hold(tx: Transaction, slot_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the slots that are free and that nobody is booking at this moment, held."""
    rows = await tx.fetch(
        "SELECT slot_id FROM slots WHERE slot_id = ANY($1) AND appointment_id IS NULL"
        " ORDER BY slot_id FOR UPDATE SKIP LOCKED",
        list(slot_ids),
    )
    return {row["slot_id"] for row in rows}
