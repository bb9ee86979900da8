"""What scheduling's API takes and answers; what SQL renders is documented by the same models."""

import datetime as dt
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from scheduling.domain.availability import DayState
from shared.contracts.event import Instant
from shared.contracts.scheduling import Actor, AppointmentState, Channel
from shared.text import Strict

Shift = Literal["morning", "evening"]
Rule = Literal["late", "weekly"]


class Empty(Strict):
    """`{}`."""


class Booking(Strict):
    """Which member takes which slot."""

    member_id: UUID
    slot_id: UUID


class Named(BaseModel):
    """A code and what people call it."""

    code: str
    name: str


class Person(BaseModel):
    """A member of the family."""

    id: UUID
    name: str


class Doctor(BaseModel):
    """A doctor as people know them: by name and shift."""

    id: UUID
    name: str
    shift: Shift


class Unit(BaseModel):
    """The medical unit and how to get there."""

    code: str
    name: str
    address: str
    phone: str


class ServiceItem(BaseModel):
    """A service, and why it can't be booked where it can't (a problem's slug)."""

    code: str
    name: str
    bookable: bool
    reason: str | None = None


class Services(BaseModel):
    items: list[ServiceItem]
    next: str | None = None


class DoctorItem(BaseModel):
    """A doctor of the member's unit for a service; service and unit by code."""

    id: UUID
    name: str
    shift: Shift
    service: str
    unit: str


class Doctors(BaseModel):
    items: list[DoctorItem]
    next: str | None = None


class Day(BaseModel):
    """One day of one doctor."""

    date: dt.date
    doctor_id: UUID
    web_places_left: int
    state: DayState


class Availability(BaseModel):
    days: list[Day]


class SlotItem(BaseModel):
    """A free start time."""

    id: UUID
    starts_at: Instant
    ends_at: Instant
    doctor_id: UUID


class Slots(BaseModel):
    items: list[SlotItem]
    next: str | None = None


class Cancellation(BaseModel):
    """What cancelling now would do (R-29); `until` is the last moment it is allowed."""

    allowed: bool
    until: Instant
    would_sanction: bool
    rule: Rule | None
    cancelled_this_week: int
    sanction_until: Instant | None


class Sanction(BaseModel):
    """The sanction that a cancellation caused (R-28)."""

    until: Instant
    rule: Rule


class BookedAppointment(BaseModel):
    """An appointment as booking answers it."""

    id: UUID
    folio: str
    member: Person
    doctor: Doctor
    service: Named
    unit: Unit
    starts_at: Instant
    ends_at: Instant
    state: AppointmentState
    by: Actor
    channel: Channel
    version: int


class Appointment(BookedAppointment):
    """An appointment with what cancelling it would do."""

    cancellation: Cancellation


class CancelledAppointment(BookedAppointment):
    """An appointment just cancelled, with the sanction when it caused one."""

    sanction: Sanction | None = None


class Appointments(BaseModel):
    items: list[Appointment]
    next: str | None


class SanctionItem(BaseModel):
    """A sanction that holds: its rule, the appointment whose cancellation caused it, its end."""

    id: UUID
    rule: Rule
    appointment_id: UUID
    imposed_at: Instant
    until: Instant


class Sanctions(BaseModel):
    items: list[SanctionItem]
    next: str | None = None


Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9_-]+$")]


class ServiceQuery(Strict):
    """Which service."""

    service: Code


class AvailabilityQuery(Strict):
    """A service, a doctor where one is chosen, and dates; by default today to the horizon."""

    service: Code
    doctor: UUID | None = None
    from_: date | None = Field(None, alias="from")
    to: date | None = None


class SlotQuery(Strict):
    """A service with a date, or `first=true` for the first free slot with any doctor."""

    service: Code
    date: dt.date | None = None
    doctor: UUID | None = None
    first: bool = False


class ListQuery(Strict):
    """Which appointments, and where the page begins."""

    filter: Literal["upcoming", "history", "cancelled"] = "upcoming"
    limit: Limit = 50
    cursor: Cursor | None = None
