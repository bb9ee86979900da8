"""A version of an appointment arrived: keep it, and put the mail that tells it on the ledger."""

from datetime import datetime
from uuid import UUID

from notifications.domain.mails import Template, appointment_mail
from notifications.repository import appointments, ledger
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
    tx: Transaction, received: Received, template: Template | None, *, domain: str, now: datetime
) -> None:
    """Keeps the appointment's newest version; a version that has a mail gets it, once (R-51).

    A republished event repairs what is held and tells nobody anything.
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
    )
    if received.republished:
        return
    if newest:
        await ledger.supersede(tx, fact.appointment_id, event.version, now)
    if template is None:
        return
    superseded = not newest and await _overtaken(tx, fact.appointment_id, event.version)
    mail = appointment_mail(
        template,
        cause=event.id,
        occurred_at=event.time,
        member_id=fact.member_id,
        family_id=fact.family_id,
        appointment_id=fact.appointment_id,
        sequence=event.version,
        starts_at=fact.starts_at,
        superseded=superseded,
        domain=domain,
        now=now,
    )
    await ledger.add(tx, mail)


async def _overtaken(tx: Transaction, appointment_id: UUID, sequence: int) -> bool:
    # A republished row may hold this very version already: then the mail is still due.
    return await appointments.version(tx, appointment_id) > sequence
