"""What scheduling's API answers; what SQL renders is documented by the same models."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from scheduling.domain.availability import DayState
from shared.contracts.event import Instant
from shared.contracts.scheduling import Actor, AppointmentState, Channel

Shift = Literal["morning", "evening"]
Rule = Literal["late", "weekly"]


class Listed(BaseModel):
    """Answers whose every field is always sent, null where there is nothing to say."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


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


class Place(Unit):
    """The unit with the hours in which people are received at its counter."""

    hours: str


class ServiceItem(Listed):
    """A service, and why it can't be booked where it can't (a problem's slug)."""

    code: str
    name: str
    bookable: bool
    reason: str | None = None


class Services(Listed):
    items: list[ServiceItem]
    next: str | None = None


class DoctorItem(BaseModel):
    """A doctor of the member's unit for a service; service and unit by code."""

    id: UUID
    name: str
    shift: Shift
    service: str
    unit: str


class Doctors(Listed):
    items: list[DoctorItem]
    next: str | None = None


class OtherDate(BaseModel):
    """A date on which a doctor still has web places."""

    date: dt.date
    doctor_id: UUID


class Alternatives(BaseModel):
    """Where the web still has places when the day looked at has none (R-24)."""

    other_doctors: list[Doctor]
    next_dates: list[OtherDate]


class Instead(BaseModel):
    """Members of a problem: how the day stands, where else to book, the unit's counter."""

    state: DayState
    alternatives: Alternatives
    unit: Place


class Day(Listed):
    """One day of one doctor; what to do next where it is not open."""

    date: dt.date
    doctor_id: UUID
    web_places_left: int
    state: DayState
    alternatives: Alternatives | None = None


class Availability(Listed):
    """Days, the unit's counter, and where else to look when no day of the answer is open."""

    days: list[Day]
    alternatives: Alternatives | None = None
    unit: Place


class SlotItem(BaseModel):
    """A free start time."""

    id: UUID
    starts_at: Instant
    ends_at: Instant
    doctor_id: UUID


class Slots(Listed):
    """Free times. Those of a day whose web quota is used up are shown, and can't be booked."""

    items: list[SlotItem]
    next: str | None = None
    state: DayState
    alternatives: Alternatives | None = None
    unit: Place


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


class CancelledAppointment(Appointment):
    """An appointment just cancelled, with the sanction when it caused one."""

    sanction: Sanction | None = None


class Appointments(BaseModel):
    items: list[Appointment]
    next: str | None


class Cause(BaseModel):
    """A cancellation that counted towards a sanction."""

    appointment_id: UUID
    folio: str
    cancelled_at: Instant


class SanctionItem(BaseModel):
    """A sanction that holds: its rule, in words too, the cancellations behind it, its end."""

    id: UUID
    rule: Rule
    reason: str
    causes: list[Cause]
    imposed_at: Instant
    until: Instant


class Sanctions(Listed):
    items: list[SanctionItem]
    next: str | None = None
