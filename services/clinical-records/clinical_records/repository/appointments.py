"""Projections of appointments and of the doctors who receive."""

from shared import projection
from shared.contracts.scheduling import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentDescribed,
    AppointmentMissed,
    AppointmentMoved,
    DoctorDescribed,
)
from shared.database import Transaction
from shared.received import Received

AppointmentFact = (
    AppointmentBooked
    | AppointmentCancelled
    | AppointmentMoved
    | AppointmentAttended
    | AppointmentMissed
)


async def keep_appointment(tx: Transaction, received: Received) -> None:
    """Whose appointment, where, when, and what became of it."""
    appointment: AppointmentFact = received.event.data
    await projection.keep(
        tx,
        "appointments",
        received,
        key="appointment_id",
        member_id=appointment.member_id,
        family_id=appointment.family_id,
        unit=appointment.unit,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        state=appointment.state,
    )


async def keep_description(tx: Transaction, received: Received) -> None:
    """Which doctor and service."""
    appointment: AppointmentDescribed = received.event.data
    await projection.keep(
        tx,
        "appointment_descriptions",
        received,
        key="appointment_id",
        doctor_id=appointment.doctor_id,
        service=appointment.service,
    )


async def keep_doctor(tx: Transaction, received: Received) -> None:
    """A doctor's name, as prescriptions will print it."""
    doctor: DoctorDescribed = received.event.data
    await projection.keep(
        tx,
        "doctors",
        received,
        key="doctor_id",
        name=doctor.name,
        unit=doctor.unit,
        shift=doctor.shift,
    )
