"""The calendar file that goes with an appointment's mail; the download is the same entry."""

from notifications.rendering.appointment_letters import AppointmentFacts
from notifications.rendering.words import Words
from shared.calendar import Entry, Method, Party
from shared.calendar import calendar_file as written
from shared.contracts.scheduling import folio
from shared.profile import Profile


def calendar_file(
    _: Words, profile: Profile, known: AppointmentFacts, *, recipient: str, cancelled: bool
) -> bytes:
    """REQUEST or CANCEL: the invitation's UID stays and SEQUENCE grows with each version."""
    entry = Entry(
        appointment_id=known.appointment_id,
        version=known.sequence,
        told_at=known.told_at,
        starts_at=known.starts_at,
        ends_at=known.ends_at,
        zone=known.unit.zone_info,
        summary=_("Cita médica: {name}").format(name=known.person),
        location=f"{known.unit.name}, {known.unit.address}",
        description=_("Folio {folio}").format(folio=folio(known.appointment_id)),
        organizer=Party(profile.sender.address, profile.sender.name),
        attendee=Party(recipient, known.account),
    )
    method: Method = "CANCEL" if cancelled else "REQUEST"
    return written(entry, institute=profile.short_name, method=method, cancelled=cancelled)
