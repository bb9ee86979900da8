"""A mail of the ledger: its templates, states and reasons (R-50, R-52)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


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
    APPOINTMENT_MOVED = "appointment_moved"
    REMINDER = "reminder"
    SANCTION_IMPOSED = "sanction_imposed"
    SANCTION_LIFTED = "sanction_lifted"
    DOCUMENT_READY = "document_ready"
    CONTACT_MESSAGE = "contact_message"
    CONTACT_ACKNOWLEDGED = "contact_acknowledged"


CONTACT = frozenset({Template.CONTACT_MESSAGE, Template.CONTACT_ACKNOWLEDGED})
"""The two mails of a contact form's message (R-53)."""


class State(StrEnum):
    """`planned` is a reminder whose time has not come; the last three are settled."""

    PLANNED = "planned"
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
    UNWANTED = "unwanted"
    FORGOTTEN = "forgotten"


USEFUL_FOR = timedelta(hours=48)
"""After this long a mail is given up, whatever stood in its way."""

DELAYED_AFTER = timedelta(hours=24)
"""A mail that leaves later than this after its cause says so in its text."""


SETTLED = frozenset({State.SENT, State.FAILED, State.SUPPRESSED})


@dataclass(frozen=True, slots=True)
class Mail:
    """A new row of the ledger. `occurred_at` is the cause's instant, `next_try_at` the first due.

    At most one of `appointment_id`, `sanction_id` and `sick_leave_id` is given, and `sequence` is
    that subject's version which the mail tells. `reason` is given with a state that is settled at
    once.
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
    sanction_id: UUID | None = None
    sick_leave_id: UUID | None = None
    sequence: int | None = None
    delivery_id: UUID | None = None
    contact_id: UUID | None = None
    resent_from: UUID | None = None
