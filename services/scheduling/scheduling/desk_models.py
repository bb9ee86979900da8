"""What scheduling answers to staff; what SQL renders is documented by the same models."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from scheduling.models import BookedAppointment, Cancellation, Doctor, Listed, Named, Rule, SlotItem
from shared.contracts.event import Instant
from shared.contracts.scheduling import AppointmentState, Channel


class MemberItem(BaseModel):
    """A member as staff tell homonyms apart: by the whole number, the birth date and the unit.

    The serial is not here and nowhere (R-12). `sanctioned_until` is the family's.
    """

    id: UUID
    family_id: UUID
    name: str
    affiliation_number: str
    birth_on: dt.date
    relation: str
    holder: bool
    home_unit: Named
    covered: bool
    covered_until: dt.date | None
    sanctioned_until: Instant | None


class MemberItems(Listed):
    items: list[MemberItem]
    next: str | None = None


class DeskMember(BaseModel):
    """Whose appointment it is; number and birth date are null until the roll's event has come."""

    id: UUID
    family_id: UUID
    name: str
    affiliation_number: str | None
    birth_on: dt.date | None


class Marks(BaseModel):
    """Which marks of attendance may be made now."""

    attended: bool
    no_show: bool
    undo: bool


class DeskAppointment(BookedAppointment):
    """An appointment as staff see it, and what may be done with it now; `reason` is staff's."""

    member: DeskMember  # type: ignore[assignment]  # more of the person than the family's list has
    cancellation: Cancellation
    attendance: Marks
    reason: str | None


class DeskAppointments(BaseModel):
    items: list[DeskAppointment]
    next: str | None


class DeskDay(BaseModel):
    """One day of one doctor, from the counter: every free place may be taken there.

    `web_left` are the free places that the web may still take, `desk_free` the others.
    """

    date: dt.date
    doctor_id: UUID
    total: int
    taken: int
    free: int
    web_quota: int
    web_used: int
    web_left: int
    desk_free: int
    state: Literal["open", "full"]


class DeskAvailability(BaseModel):
    days: list[DeskDay]


class DeskSlots(Listed):
    items: list[SlotItem]
    next: str | None = None


class Gauge(BaseModel):
    """How one doctor's day in one service stands; `agenda` is the day's own state."""

    doctor: Doctor
    service: Named
    agenda_id: UUID
    agenda: Literal["open", "closing", "withdrawn"]
    total: int
    taken: int
    free: int
    web_quota: int
    web_used: int
    web_left: int
    desk_free: int


class DayRow(BaseModel):
    """One appointment of the day; cancelled ones are not in it."""

    id: UUID
    folio: str
    starts_at: Instant
    ends_at: Instant
    member: DeskMember
    doctor: Doctor
    service: Named
    state: AppointmentState
    channel: Channel


class UnitDay(Listed):
    """A unit's day by time, in pages, with the gauges of the whole day."""

    unit: Named
    date: dt.date
    items: list[DayRow]
    next: str | None = None
    gauges: list[Gauge]


class FamilySanction(BaseModel):
    """A sanction with how it stands, its rule in words, and who lifted it and why."""

    id: UUID
    family_id: UUID
    rule: Rule
    explanation: str
    state: Literal["in_force", "over", "lifted"]
    appointment_id: UUID
    imposed_at: Instant
    until: Instant
    lifted_at: Instant | None
    lifted_by: UUID | None
    reason: str | None


class FamilySanctions(Listed):
    items: list[FamilySanction]
    next: str | None = None


class LiftedSanction(BaseModel):
    """`sanctioned_until` is the end of what holds all the same; null when nothing does."""

    id: UUID
    family_id: UUID
    lifted_at: Instant
    sanctioned_until: Instant | None
