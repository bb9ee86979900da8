"""The mails that a cause makes due, and how long each is of use (R-50, R-51)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from notifications.domain.mail_ids import message_id
from notifications.domain.mails import USEFUL_FOR, Mail, Reason, State, Template
from shared.ids import uuid7


def appointment_mail(
    template: Template,
    *,
    cause: UUID,
    occurred_at: datetime,
    member_id: UUID,
    family_id: UUID,
    appointment_id: UUID,
    sequence: int,
    starts_at: datetime,
    superseded: bool,
    domain: str,
    now: datetime,
) -> Mail:
    """The mail that tells one version of an appointment.

    Of a booking, or of a new time, nobody needs to hear after its hour has come. What a newer
    version has superseded is on the ledger, but never goes out: no "booked" after "cancelled".
    """
    useful_until = occurred_at + USEFUL_FOR
    if template is not Template.APPOINTMENT_CANCELLED:
        useful_until = min(useful_until, starts_at)
    mail = replace(
        _due(template, cause, occurred_at, domain, now),
        not_after=useful_until,
        family_id=family_id,
        member_id=member_id,
        appointment_id=appointment_id,
        sequence=sequence,
    )
    return _overtaken(mail) if superseded else mail


def sanction_mail(
    template: Template,
    *,
    cause: UUID,
    occurred_at: datetime,
    family_id: UUID,
    sanction_id: UUID,
    sequence: int,
    superseded: bool,
    domain: str,
    now: datetime,
) -> Mail:
    """The mail that tells a family of its sanction, or of its end (R-29)."""
    mail = replace(
        _due(template, cause, occurred_at, domain, now),
        family_id=family_id,
        sanction_id=sanction_id,
        sequence=sequence,
    )
    return _overtaken(mail) if superseded else mail


def document_mail(
    *,
    cause: UUID,
    occurred_at: datetime,
    family_id: UUID,
    sick_leave_id: UUID,
    sequence: int,
    superseded: bool,
    domain: str,
    now: datetime,
) -> Mail:
    """The mail that tells the holder of a document that can be printed; never of what kind."""
    mail = replace(
        _due(Template.DOCUMENT_READY, cause, occurred_at, domain, now),
        family_id=family_id,
        sick_leave_id=sick_leave_id,
        sequence=sequence,
    )
    return _overtaken(mail) if superseded else mail


def delivery_mail(
    template: str,
    *,
    cause: UUID,
    occurred_at: datetime,
    delivery_id: UUID,
    account_id: UUID | None,
    domain: str,
    now: datetime,
) -> Mail:
    """The mail that carries a secret; one we can't write fails at once and is seen to fail."""
    known = template in set(Template)
    return replace(
        _due(template, cause, occurred_at, domain, now),
        state=State.QUEUED if known else State.FAILED,
        reason=None if known else Reason.UNKNOWN_TEMPLATE,
        account_id=account_id,
        delivery_id=delivery_id,
    )


def contact_mails(
    contact_id: UUID, *, account_id: UUID | None, domain: str, now: datetime
) -> tuple[Mail, Mail]:
    """The message to the institute's mailbox, and its acknowledgement to the sender (R-53)."""
    message, acknowledgement = (
        replace(
            _due(template, contact_id, now, domain, now),
            contact_id=contact_id,
            account_id=account_id,
        )
        for template in (Template.CONTACT_MESSAGE, Template.CONTACT_ACKNOWLEDGED)
    )
    return message, acknowledgement


def _due(template: str, cause: UUID, occurred_at: datetime, domain: str, now: datetime) -> Mail:
    return Mail(
        mail_id=uuid7(),
        template=template,
        cause=cause,
        message_id=message_id(cause, template, domain),
        occurred_at=occurred_at,
        not_after=occurred_at + USEFUL_FOR,
        next_try_at=now,
    )


def _overtaken(mail: Mail) -> Mail:
    return replace(mail, state=State.SUPPRESSED, reason=Reason.SUPERSEDED)
