"""What clinical records does when it hears of people and appointments: it keeps its projections."""

from clinical_records.repository import appointments, members
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

SUBSCRIPTIONS = (
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
            AppointmentBooked: appointments.keep_appointment,
            AppointmentCancelled: appointments.keep_appointment,
            AppointmentMoved: appointments.keep_appointment,
            AppointmentAttended: appointments.keep_appointment,
            AppointmentMissed: appointments.keep_appointment,
            AppointmentDescribed: appointments.keep_description,
            DoctorDescribed: appointments.keep_doctor,
        },
    ),
)
