"""What to do with a mail whose turn has come: send, wait, suppress or fail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.domain import patience
from notifications.domain.mails import CONTACT, Reason, State, Template


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment as the newest event told it; `sequence` is its version.

    `told_by` is who made that version: affiliate, staff or institute.
    """

    appointment_id: UUID
    unit: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    told_by: str | None = None


@dataclass(frozen=True, slots=True)
class Sanction:
    """The sanction as the newest event told it; `rule` is `late` or `weekly`."""

    sanction_id: UUID
    until: datetime
    rule: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Document:
    """A sealed document as the newest event told it."""

    sick_leave_id: UUID
    sequence: int


@dataclass(frozen=True, slots=True)
class ContactMessage:
    """A message of the contact form; what was erased is None."""

    contact_id: UUID
    kind: str
    email: str | None
    text: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """The account that is told: its confirmed address, and the name it goes by.

    `version` is that of its contact: which address this was. `reminders` is its owner's wish.
    """

    account_id: UUID
    email: str | None
    name: str | None
    version: int | None = None
    reminders: bool = True


Subject = Appointment | Sanction | Document


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail in our hands for the time of a lease; `fence` proves whose hands.

    A mail with a delivery goes where identity says, one of the contact form where the message
    does; both have a `recipient` only to know the account by.
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
    subject: Subject | None
    recipient: Recipient | None
    person: str | None
    contact: ContactMessage | None = None

    @property
    def addressed(self) -> Recipient | None:
        """The account to whose own address the mail goes, as far as the ledger decides."""
        elsewhere = self.delivery_id is not None or self.template in CONTACT
        return None if elsewhere else self.recipient


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
    newer = mail.subject is not None and mail.subject.sequence > (mail.sequence or 0)
    if newer:
        return End(State.SUPPRESSED, Reason.SUPERSEDED)
    if now > mail.not_after:
        tried = mail.attempts > 1
        return End(State.FAILED, Reason.GAVE_UP) if tried else End(State.SUPPRESSED, Reason.LATE)
    if mail.template in CONTACT:
        return _erased(mail)
    if mail.delivery_id is not None:
        return None
    if _unwanted(mail):
        return End(State.SUPPRESSED, Reason.UNWANTED)
    missing = _missing(mail)
    if missing is None:
        return None
    awaited, end = missing
    if now - mail.created_at < patience.AWAITED_FOR:
        return Wait(now + patience.while_awaiting(mail.created_at, now), awaited)
    return end


def _unwanted(mail: Claimed) -> bool:
    """Reminders alone can be turned off, and the wish of this moment counts (R-50)."""
    reminder = mail.template == Template.REMINDER
    return reminder and mail.recipient is not None and not mail.recipient.reminders


def _erased(mail: Claimed) -> End | None:
    contact = mail.contact
    if contact is None or contact.email is None:
        return End(State.FAILED, Reason.FORGOTTEN)
    if mail.template == Template.CONTACT_MESSAGE and contact.text is None:
        return End(State.FAILED, Reason.FORGOTTEN)
    return None


def _missing(mail: Claimed) -> tuple[Reason, End] | None:
    if mail.recipient is None:
        return Reason.ACCOUNT_AWAITED, End(State.SUPPRESSED, Reason.NO_ACCOUNT)
    if mail.recipient.email is None or mail.recipient.name is None:
        return Reason.ADDRESS_AWAITED, End(State.FAILED, Reason.NO_ADDRESS)
    if isinstance(mail.subject, Appointment) and mail.person is None:
        return Reason.NAME_AWAITED, End(State.FAILED, Reason.NO_NAME)
    return None
