"""What scheduling tells: agendas, appointments, sanctions, doctors."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Fact, Instant

Channel = Literal["web", "mobile", "phone", "desk", "institute"]
AppointmentState = Literal["booked", "cancelled", "attended", "no_show"]
Actor = Literal["affiliate", "staff", "institute"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def folio(appointment_id: UUID) -> str:
    """The folio of an appointment, `XXXX-XXXX-XXXX`: 60 random bits of its id in base 32.

    Derived, so that a mail prints the same folio as the API and no event needs to carry it.
    """
    value = appointment_id.int & ((1 << 60) - 1)
    letters = "".join(_ALPHABET[value >> shift & 31] for shift in range(55, -5, -5))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class _Agenda(Fact):
    subject_field: ClassVar[str] = "agenda_id"

    agenda_id: UUID
    unit: str
    date: date


class AgendaPublished(_Agenda):
    """A day of a doctor can be booked."""

    routing_key = "scheduling.agenda.published"


class AgendaWithdrawn(_Agenda):
    """A day of a doctor can no longer be booked."""

    routing_key = "scheduling.agenda.withdrawn"


class _Appointment(Fact):
    subject_field: ClassVar[str] = "appointment_id"

    appointment_id: UUID
    member_id: UUID
    family_id: UUID
    unit: str
    starts_at: Instant
    ends_at: Instant
    channel: Channel
    state: AppointmentState
    by: Actor
    reason: str | None


class AppointmentBooked(_Appointment):
    """A member holds a slot and nobody else can take it.

    Told again, with the next version, when staff take a mark of attendance back.
    """

    routing_key = "scheduling.appointment.booked"


class AppointmentCancelled(_Appointment):
    """The appointment ended and its slot is free again."""

    routing_key = "scheduling.appointment.cancelled"


class AppointmentMoved(_Appointment):
    """The institute moved the appointment to another time; the folio stays."""

    routing_key = "scheduling.appointment.moved"


class AppointmentAttended(_Appointment):
    """The member came."""

    routing_key = "scheduling.appointment.attended"


class AppointmentMissed(_Appointment):
    """The member did not come."""

    routing_key = "scheduling.appointment.missed"


class AppointmentDescribed(Fact):
    """Which doctor and service: the specialty is health data."""

    routing_key = "scheduling.appointment.described"
    subject_field = "appointment_id"
    private = True

    appointment_id: UUID
    doctor_id: UUID
    service: str


class _Sanction(Fact):
    subject_field: ClassVar[str] = "sanction_id"

    sanction_id: UUID
    family_id: UUID
    until: Instant
    rule: Literal["late", "weekly"]


class SanctionImposed(_Sanction):
    """The family may not book by web or mobile until `until` (R-28)."""

    routing_key = "scheduling.sanction.imposed"


class SanctionLifted(_Sanction):
    """Staff lifted the sanction (R-29)."""

    routing_key = "scheduling.sanction.lifted"


class DoctorDescribed(Fact):
    """A doctor's name, unit and shift."""

    routing_key = "scheduling.doctor.described"
    subject_field = "doctor_id"
    private = True

    doctor_id: UUID
    name: str
    unit: str
    shift: Literal["morning", "evening"]


FACTS: tuple[type[Fact], ...] = (
    AgendaPublished,
    AgendaWithdrawn,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentAttended,
    AppointmentMissed,
    AppointmentDescribed,
    SanctionImposed,
    SanctionLifted,
    DoctorDescribed,
)
