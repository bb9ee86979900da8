"""Make a doctor's days as the week wants them, by free slots alone (R-31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from scheduling.domain.agenda import PlannedDay
from scheduling.domain.publication import Change, HeldSlot, change
from scheduling.repository import publishing
from shared.database import Transaction
from shared.ids import uuid7

Days = Mapping[UUID, tuple[date, PlannedDay]]
"""What each agenda should be."""


@dataclass(slots=True)
class Adjusted:
    """What was, or would be, done to one day; `outside` are appointments beyond the hours."""

    added: int = 0
    removed: int = 0
    marked: int = 0
    outside: list[dict[str, Any]] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.marked)


async def look(tx: Transaction, doctor_id: UUID, days: Days, now: datetime) -> dict[UUID, Adjusted]:
    """What `adjust` would do now."""
    rows, changes = await _compared(tx, doctor_id, days, now)
    done = {
        agenda_id: Adjusted(
            added=len(one.add),
            removed=len(one.remove),
            marked=len(one.leave) + len(one.back),
        )
        for agenda_id, one in changes.items()
    }
    await _tell_outside(tx, done, rows, changes)
    return done


async def adjust(
    tx: Transaction, doctor_id: UUID, days: Days, now: datetime
) -> dict[UUID, Adjusted]:
    """Removes free slots, marks booked ones outside the hours, adds what is missing.

    People book and cancel meanwhile: what turned out booked, or free, is looked at again, until
    every slot that matters is held.
    """
    done = {agenda_id: Adjusted() for agenda_id in days}
    while True:
        rows, changes = await _compared(tx, doctor_id, days, now)
        settled = True
        for agenda_id, one in changes.items():
            removed = await publishing.remove(tx, one.remove) if one.remove else 0
            left = [slot.slot_id for slot in one.outside]
            held = await publishing.mark_leaving(tx, left, leaving=True) if left else 0
            if one.back:
                await publishing.mark_leaving(tx, one.back, leaving=False)
            done[agenda_id].removed += removed
            done[agenda_id].marked += len(one.leave) + len(one.back)
            settled = settled and (removed, held) == (len(one.remove), len(left))
        if settled:
            break
    added = [(uuid7(), agenda_id, *span) for agenda_id, one in changes.items() for span in one.add]
    await publishing.add_slots(tx, added)
    for agenda_id, one in changes.items():
        done[agenda_id].added = len(one.add)
    await _tell_outside(tx, done, rows, changes)
    return done


async def _compared(
    tx: Transaction, doctor_id: UUID, days: Days, now: datetime
) -> tuple[list[Record], dict[UUID, Change]]:
    if not days:
        return [], {}
    dates = [day for day, _ in days.values()]
    rows = await publishing.slots(tx, doctor_id, min(dates), max(dates))
    changes = {}
    for agenda_id, (day, planned) in days.items():
        # A doctor's day may begin before midnight in UTC and end after it: dates tell, not times.
        same = [row for row in rows if row["date"] == day]
        own = [_held(row) for row in same if row["agenda_id"] == agenda_id]
        others = [
            (row["starts_at"], row["ends_at"]) for row in same if row["agenda_id"] != agenda_id
        ]
        changes[agenda_id] = change(planned.slots, own, others, now)
    return rows, changes


def _held(row: Record) -> HeldSlot:
    booked = row["appointment_id"] is not None
    return HeldSlot(row["slot_id"], row["starts_at"], row["ends_at"], booked, row["leaving"])


async def _tell_outside(
    tx: Transaction,
    done: Mapping[UUID, Adjusted],
    rows: list[Record],
    changes: Mapping[UUID, Change],
) -> None:
    holders = {row["slot_id"]: row["appointment_id"] for row in rows}
    outside = [holders[slot.slot_id] for one in changes.values() for slot in one.outside]
    folios = await publishing.folios(tx, outside) if outside else {}
    for agenda_id, one in changes.items():
        done[agenda_id].outside = [
            {
                "id": holders[slot.slot_id],
                "folio": folios[holders[slot.slot_id]],
                "starts_at": slot.starts_at,
            }
            for slot in one.outside
        ]
