"""What to do with a mail whose turn has come: send, wait, suppress or fail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.domain import patience
from notifications.domain.mails import Reason, State


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment as the newest event told it; `sequence` is its version."""

    appointment_id: UUID
    unit: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """The account that is told: its confirmed address, and the name it goes by."""

    account_id: UUID
    email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail in our hands for the time of a lease; `fence` proves whose hands.

    A mail with a delivery has neither appointment nor recipient: identity names the address.
    `attempts` includes the one that is about to begin.
    """

    mail_id: UUID
    fence: int
    template: str
    cause: UUID
    message_id: str
    attempts: int
    indeterminate: int
    occurred_at: datetime
    created_at: datetime
    not_after: datetime
    sequence: int | None
    delivery_id: UUID | None
    appointment: Appointment | None
    recipient: Recipient | None
    person: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: nothing was tried, and no attempt is counted."""

    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class End:
    """Never: the mail is settled without having been sent."""

    state: State
    reason: Reason


def judge(mail: Claimed, now: datetime) -> Wait | End | None:
    """None when the mail can be sent now."""
    newer = mail.appointment is not None and mail.appointment.sequence > (mail.sequence or 0)
    if newer:
        return End(State.SUPPRESSED, Reason.SUPERSEDED)
    if now > mail.not_after:
        tried = mail.attempts > 1
        return End(State.FAILED, Reason.GAVE_UP) if tried else End(State.SUPPRESSED, Reason.LATE)
    if mail.delivery_id is not None:
        return None
    missing = _missing(mail)
    if missing is None:
        return None
    awaited, end = missing
    if now - mail.created_at < patience.AWAITED_FOR:
        return Wait(now + patience.while_awaiting(mail.created_at, now), awaited)
    return end


def _missing(mail: Claimed) -> tuple[Reason, End] | None:
    if mail.recipient is None:
        return Reason.ACCOUNT_AWAITED, End(State.SUPPRESSED, Reason.NO_ACCOUNT)
    if mail.recipient.email is None or mail.recipient.name is None:
        return Reason.ADDRESS_AWAITED, End(State.FAILED, Reason.NO_ADDRESS)
    if mail.person is None or mail.appointment is None:
        return Reason.NAME_AWAITED, End(State.FAILED, Reason.NO_NAME)
    return None
