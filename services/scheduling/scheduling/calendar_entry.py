"""An appointment as a file for the person's own calendar."""

from uuid import UUID

from scheduling.queries.appointments import CalendarRow
from shared.calendar import Entry, Party, calendar_file
from shared.contracts.scheduling import folio
from shared.profile import Profile


def calendar_entry(profile: Profile, appointment_id: UUID, row: CalendarRow) -> bytes:
    """The file that `GET /v1/appointments/{id}/calendar.ics` answers."""
    unit = profile.unit(row.unit)
    entry = Entry(
        appointment_id=appointment_id,
        version=row.version,
        told_at=row.changed_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=unit.zone_info if unit else profile.zone_info,
        summary=f"Cita médica: {row.name}",
        location=f"{unit.name}, {unit.address}" if unit else row.unit,
        description=f"Folio {folio(appointment_id)}",
        organizer=Party(profile.sender.address, profile.sender.name),
        attendee=None,
    )
    cancelled = row.state == "cancelled"
    return calendar_file(entry, institute=profile.short_name, method="PUBLISH", cancelled=cancelled)
