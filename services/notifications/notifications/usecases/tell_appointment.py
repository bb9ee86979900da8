"""A version of an appointment arrived: keep it, tell it by mail, plan its reminders (R-50)."""

from datetime import datetime

from notifications.domain.claims import Appointment
from notifications.domain.duties import appointment_mail
from notifications.domain.mails import Mail, Template
from notifications.domain.reminders import reminders
from notifications.repository import ledger, subjects
from notifications.usecases.house import House
from shared.contracts.scheduling import (
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
)
from shared.database import Transaction
from shared.projection import keep
from shared.received import Received

AppointmentFact = (
    AppointmentBooked
    | AppointmentCancelled
    | AppointmentMoved
    | AppointmentAttended
    | AppointmentMissed
)


async def tell_appointment(
    tx: Transaction, received: Received, template: Template | None, *, house: House, now: datetime
) -> None:
    """Keeps the appointment's newest version; a version that has a mail gets it, once (R-51).

    What is not booked any more has no reminders. A republished event repairs what is held and
    tells nobody anything; its reminders are planned, for they are of what is still to come.
    """
    event = received.event
    fact: AppointmentFact = event.data
    newest = await keep(
        tx,
        "appointments",
        received,
        key="appointment_id",
        member_id=fact.member_id,
        family_id=fact.family_id,
        unit=fact.unit,
        starts_at=fact.starts_at,
        ends_at=fact.ends_at,
        state=fact.state,
        told_by=fact.by,
    )
    if newest and event.version > 1:
        await ledger.supersede(tx, fact.appointment_id, event.version, now)
    # A republished row may hold this very version already: then the mail is still due.
    overtaken = not newest and (
        await subjects.version(tx, Appointment, fact.appointment_id) > event.version
    )
    # Booked again, as a mark of attendance that was taken back leaves it, is no news to the person.
    again = isinstance(fact, AppointmentBooked) and event.version > 1
    due: list[Mail] = []
    if template is not None and not received.republished and not again:
        mail = appointment_mail(
            template,
            cause=event.id,
            occurred_at=event.time,
            member_id=fact.member_id,
            family_id=fact.family_id,
            appointment_id=fact.appointment_id,
            sequence=event.version,
            starts_at=fact.starts_at,
            superseded=overtaken,
            domain=house.domain,
            now=now,
        )
        due.append(mail)
    if fact.state == "booked" and not overtaken:
        due += _reminders(received, house, now)
    await ledger.add_all(tx, due, now)


def _reminders(received: Received, house: House, now: datetime) -> list[Mail]:
    fact: AppointmentFact = received.event.data
    return reminders(
        hours_before=house.reminder_hours(fact.starts_at),
        member_id=fact.member_id,
        family_id=fact.family_id,
        appointment_id=fact.appointment_id,
        sequence=received.event.version,
        starts_at=fact.starts_at,
        domain=house.domain,
        now=now,
    )
