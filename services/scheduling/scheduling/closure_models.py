"""What scheduling answers staff about holidays and absences."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from scheduling.agenda_models import Renamed
from scheduling.models import Doctor, Listed


class ClosedDay(BaseModel):
    """A day that is withdrawn, and how many appointments it had to come."""

    agenda_id: UUID
    doctor_id: UUID
    service: str
    date: dt.date
    booked: int


class Closure(Listed):
    """A holiday or absence and the days it withdraws; they are emptied within moments."""

    id: UUID | None
    preview: bool
    mode: Literal["cancel", "move"]
    affected: int
    days: list[ClosedDay]


class HolidayItem(Listed):
    """A day without appointments: the country's, the institute's profile's, or declared."""

    date: dt.date
    name: str
    source: Literal["official", "institute", "declared"]
    unit: str | None


class Holidays(Listed):
    items: list[HolidayItem]
    next: str | None = None


class AbsenceItem(Renamed):
    """A doctor's absence, the first and the last day included."""

    id: UUID
    doctor: Doctor
    unit: str
    from_: dt.date = Field(serialization_alias="from")
    to: dt.date
    reason: str


class Absences(BaseModel):
    items: list[AbsenceItem]
    next: str | None
