"""What scheduling answers staff about agendas; acts are rendered by their use cases."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from scheduling.models import Doctor, Listed, Shift
from shared.contracts.event import Instant


class Renamed(BaseModel):
    """Answers with a field whose name is a word of the language: `from_` is sent as `from`."""

    model_config = ConfigDict(serialize_by_alias=True)


class HoursItem(Renamed):
    """Hours of some weekdays for one service."""

    service: str
    weekdays: list[int]
    from_: str = Field(serialization_alias="from")
    to: str
    slot_minutes: int
    web_quota: int


class DoctorWeek(Listed):
    """A doctor's week as it is published from now on."""

    doctor: Doctor
    unit: str
    hours: list[HoursItem]


class StaffDoctor(BaseModel):
    """A doctor with the services of the week."""

    id: UUID
    name: str
    shift: Shift
    unit: str
    services: list[str]


class StaffDoctors(Listed):
    items: list[StaffDoctor]
    next: str | None = None


class Outside(BaseModel):
    """An appointment beyond the new hours: it stays until it is moved, withdrawn or cancelled."""

    id: UUID
    folio: str
    starts_at: Instant


class PublishedDay(Listed):
    """What became of one day."""

    date: dt.date
    agenda_id: UUID | None
    result: Literal["published", "changed", "unchanged", "withdrawn", "skipped"]
    why: Literal["past", "holiday", "absence", "withdrawn", "no-hours", "overlap"] | None
    added: int
    removed: int
    outside: list[Outside]


class Published(BaseModel):
    """A publication, day by day."""

    doctor_id: UUID
    service: str
    unit: str
    preview: bool
    days: list[PublishedDay]


class MovedTo(BaseModel):
    """Where an appointment went."""

    slot_id: UUID
    doctor_id: UUID
    starts_at: Instant
    ends_at: Instant


class AffectedItem(Listed):
    """What became of one appointment, and why it has no new place where it has none."""

    id: UUID
    folio: str
    starts_at: Instant
    outcome: Literal["moved", "cancelled"]
    to: MovedTo | None
    why: Literal["no-place", "not-covered"] | None


class WithdrawnDay(BaseModel):
    """A withdrawn day and everybody it touched."""

    agenda_id: UUID
    doctor_id: UUID
    service: str
    unit: str
    date: dt.date
    mode: Literal["cancel", "move"]
    preview: bool
    moved: int
    cancelled: int
    items: list[AffectedItem]


class Quota(BaseModel):
    """A day's places and what the web may take of them."""

    agenda_id: UUID
    preview: bool
    places: int
    taken: int
    web_used: int
    web_quota_before: int
    web_quota: int


class MovedAppointment(Renamed):
    """Where an appointment was and where it is."""

    id: UUID
    preview: bool
    from_: Instant = Field(serialization_alias="from")
    to: MovedTo


class AgendaItem(BaseModel):
    """A published day with its counters; `state` is `closing` while it is being withdrawn."""

    id: UUID
    doctor: Doctor
    service: str
    unit: str
    date: dt.date
    state: Literal["open", "closing", "withdrawn"]
    places: int
    taken: int
    web_quota: int
    web_used: int


class Agendas(BaseModel):
    items: list[AgendaItem]
    next: str | None
