"""The calendar file of an appointment: RFC 5545 by the icalendar library, RFC 5546 by METHOD."""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from notifications.domain.mail_ids import calendar_uid
from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.words import Words
from shared.contracts.scheduling import folio
from shared.profile import Profile

_EVENT = b"BEGIN:VEVENT"


def calendar_file(
    _: Words, profile: Profile, known: AppointmentFacts, *, recipient: str, cancelled: bool
) -> bytes:
    """REQUEST or CANCEL. The UID stays and SEQUENCE grows with each version of the appointment.

    The same appointment version gives the same bytes however often the mail is tried.
    """
    zone = known.unit.zone_info
    event = Event()
    event.add("uid", calendar_uid(known.appointment_id, profile.sender.address.partition("@")[2]))
    event.add("dtstamp", known.told_at)
    event.add("sequence", known.sequence - 1)
    event.add("dtstart", known.starts_at.astimezone(zone))
    event.add("dtend", known.ends_at.astimezone(zone))
    event.add("summary", _("Cita médica: {name}").format(name=known.person))
    event.add("location", f"{known.unit.name}, {known.unit.address}")
    event.add("description", _("Folio {folio}").format(folio=folio(known.appointment_id)))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _party(profile.sender.address, profile.sender.name))
    event.add("attendee", _party(recipient, known.account, PARTSTAT="ACCEPTED", RSVP="FALSE"))
    calendar = Calendar()
    calendar.add("prodid", f"-//{profile.short_name}//SISA//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    calendar.add_component(event)
    rules = _timezone(zone, known.starts_at.astimezone(zone).year)
    return bytes(calendar.to_ical()).replace(_EVENT, rules + _EVENT, 1)


def _party(address: str, name: str, **parameters: str) -> vCalAddress:
    party = vCalAddress(f"mailto:{address}")
    # A quote can't be written in a parameter (RFC 5545, 3.2), nor can a control character.
    shown = "".join(letter for letter in name if letter.isprintable() and letter != '"')
    for key, value in {"CN": shown, **parameters}.items():
        party.params[key] = vText(value)
    return party


@lru_cache(maxsize=64)
def _timezone(zone: ZoneInfo, year: int) -> bytes:
    """The zone's rules around the year, written out: they cost more than the rest."""
    rules = Timezone.from_tzinfo(
        zone, first_date=date(year, 1, 1), last_date=date(year, 12, 31) + timedelta(days=365)
    )
    return bytes(rules.to_ical())
