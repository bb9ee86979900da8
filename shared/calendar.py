"""The calendar file of an appointment: RFC 5545 by the icalendar library, METHOD by RFC 5546.

The mail and the download are the same entry: one UID for ever, SEQUENCE growing with each version.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True)
class Party:
    """Who invites or is invited; `name` is what calendars show."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows: place and time, never service or doctor. `version` counts from 1."""

    appointment_id: UUID
    version: int
    told_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    summary: str
    location: str
    description: str
    organizer: Party
    attendee: Party | None


def calendar_uid(appointment_id: UUID, sender: str) -> str:
    """The entry's name for ever, `<appointment id>@<sender's domain>`."""
    return f"{appointment_id}@{sender.partition('@')[2]}"


def calendar_file(entry: Entry, *, institute: str, method: Method, cancelled: bool) -> bytes:
    """The file as UTF-8; the same entry gives the same bytes however often it is asked for."""
    event = Event()
    event.add("uid", calendar_uid(entry.appointment_id, entry.organizer.address))
    event.add("dtstamp", entry.told_at)
    event.add("sequence", entry.version - 1)
    event.add("dtstart", entry.starts_at.astimezone(entry.zone))
    event.add("dtend", entry.ends_at.astimezone(entry.zone))
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _party(entry.organizer))
    if entry.attendee is not None:
        event.add("attendee", _party(entry.attendee, PARTSTAT="ACCEPTED", RSVP="FALSE"))
    calendar = Calendar()
    calendar.add("prodid", f"-//{institute}//SISA//ES")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_timezone(entry.zone, entry.starts_at.astimezone(entry.zone).year))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _party(party: Party, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    # A quote can't be written in a parameter (RFC 5545, 3.2), nor can a control character.
    shown = "".join(letter for letter in party.name if letter.isprintable() and letter != '"')
    for key, value in {"CN": shown, **parameters}.items():
        address.params[key] = vText(value)
    return address


@lru_cache(maxsize=64)
def _timezone(zone: ZoneInfo, year: int) -> Timezone:
    """The zone's rules around the year; working them out costs more than all the rest."""
    return Timezone.from_tzinfo(
        zone, first_date=date(year, 1, 1), last_date=date(year, 12, 31) + timedelta(days=365)
    )
