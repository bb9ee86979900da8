"""What clinical records does when it hears of people and appointments: it keeps what it needs."""

from aiohttp import web

from clinical_records.repository import appointments, members
from clinical_records.usecases.follow_attendance import follow_attendance
from shared.consume_batch import Subscription
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
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
from shared.service import PROFILE
from shared.web import CLOCK


def subscriptions(app: web.Application) -> tuple[Subscription, ...]:
    """Built from the application: a referral's last day is judged by the profile's zones."""

    async def keep_appointment(tx: Transaction, received: Received) -> None:
        await appointments.keep_appointment(tx, received)
        await _follow(tx, received)

    async def keep_description(tx: Transaction, received: Received) -> None:
        await appointments.keep_description(tx, received)
        await _follow(tx, received)

    async def _follow(tx: Transaction, received: Received) -> None:
        await follow_attendance(tx, app[PROFILE], received.event.subject, now=app[CLOCK]())

    return (
        Subscription(
            "clinical.members",
            {
                MemberRegistered: members.keep_member,
                MemberChanged: members.keep_member,
                MemberLapsed: members.keep_member,
                MemberDescribed: members.keep_description,
            },
        ),
        Subscription(
            "clinical.appointments",
            {
                AppointmentBooked: keep_appointment,
                AppointmentCancelled: keep_appointment,
                AppointmentMoved: keep_appointment,
                AppointmentAttended: keep_appointment,
                AppointmentMissed: keep_appointment,
                AppointmentDescribed: keep_description,
                DoctorDescribed: appointments.keep_doctor,
            },
        ),
    )
