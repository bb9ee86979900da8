"""A mail of the ledger: its templates, states, reasons, and how long it is of use (R-50, R-52)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from notifications.domain.mail_ids import message_id
from shared.ids import uuid7


class Template(StrEnum):
    """The mails this service knows how to write."""

    ACTIVATION = "activation"
    CREDENTIALS = "credentials"
    RECOVERY = "recovery"
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_NOTICE = "account_notice"
    SERIAL_HANDOUT = "serial_handout"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_CANCELLED = "appointment_cancelled"


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why a mail waits, failed or was suppressed: a class, never a text of a server's."""

    NAME_AWAITED = "name-awaited"
    ADDRESS_AWAITED = "address-awaited"
    ACCOUNT_AWAITED = "account-awaited"
    IDENTITY_AWAY = "identity-away"
    SERVER_AWAY = "server-away"
    SERVER_BUSY = "server-busy"
    MAILBOX_BUSY = "mailbox-busy"
    UNANSWERED = "unanswered"
    LEASE_EXPIRED = "lease-expired"

    NO_ACCOUNT = "no-account"
    NO_ADDRESS = "no-address"
    NO_NAME = "no-name"
    ADDRESS_UNUSABLE = "address-unusable"
    UNKNOWN_TEMPLATE = "unknown-template"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    GAVE_UP = "gave-up"
    MAILBOX_REFUSED = "mailbox-refused"
    SENDER_REFUSED = "sender-refused"
    CONTENT_REFUSED = "content-refused"
    LATE = "late"
    SUPERSEDED = "superseded"


USEFUL_FOR = timedelta(hours=48)
"""After this long a mail is given up, whatever stood in its way."""

DELAYED_AFTER = timedelta(hours=24)
"""A mail that leaves later than this after its cause says so in its text."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A new row of the ledger. `occurred_at` is the cause's instant, `next_try_at` the first due.

    `sequence` is the appointment's version that the mail tells. `reason` is given with a state
    that is settled at once.
    """

    mail_id: UUID
    template: str
    cause: UUID
    message_id: str
    occurred_at: datetime
    not_after: datetime
    next_try_at: datetime
    state: State = State.QUEUED
    reason: Reason | None = None
    account_id: UUID | None = None
    family_id: UUID | None = None
    member_id: UUID | None = None
    appointment_id: UUID | None = None
    sequence: int | None = None
    delivery_id: UUID | None = None


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

    Of a booking nobody needs to hear after its hour has come. What a newer version has superseded
    is on the ledger, but never goes out: no "booked" after "cancelled".
    """
    useful_until = occurred_at + USEFUL_FOR
    if template is Template.APPOINTMENT_BOOKED:
        useful_until = min(useful_until, starts_at)
    return Mail(
        mail_id=uuid7(),
        template=template,
        cause=cause,
        message_id=message_id(cause, template, domain),
        occurred_at=occurred_at,
        not_after=useful_until,
        next_try_at=now,
        state=State.SUPPRESSED if superseded else State.QUEUED,
        reason=Reason.SUPERSEDED if superseded else None,
        family_id=family_id,
        member_id=member_id,
        appointment_id=appointment_id,
        sequence=sequence,
    )


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
    return Mail(
        mail_id=uuid7(),
        template=template,
        cause=cause,
        message_id=message_id(cause, template, domain),
        occurred_at=occurred_at,
        not_after=occurred_at + USEFUL_FOR,
        next_try_at=now,
        state=State.QUEUED if known else State.FAILED,
        reason=None if known else Reason.UNKNOWN_TEMPLATE,
        account_id=account_id,
        delivery_id=delivery_id,
    )
