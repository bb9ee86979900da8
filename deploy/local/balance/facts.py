"""What is known of a run when it is over, each part from a source of its own.

`confirmed` is from the clients' journal, rows and guards from SQL, events from the audit queue,
mails from the mailbox. No part is worked out from another: that is what makes them comparable.
"""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A 201 that a client was given under a key."""

    op: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment's row, and the address of the account that booked it."""

    appointment_id: UUID
    state: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Booked:
    """An `appointment.booked` event as the audit queue got it."""

    event_id: UUID
    appointment_id: UUID


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of a booking that the mailbox accepted; its Message-ID names the event (R-51)."""

    mail_id: str
    cause: UUID
    recipient: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the verdict is passed on. Guards list the offenders that SQL found."""

    confirmed: tuple[Confirmed, ...] = ()
    undecided: tuple[UUID, ...] = ()
    rows: tuple[Row, ...] = ()
    booked: tuple[Booked, ...] = ()
    applied: frozenset[UUID] = frozenset()
    """Ids of booked events that the consumer of mails has in its inbox."""
    mails: tuple[Mail, ...] = ()
    slots_twice: tuple[str, ...] = ()
    members_twice: tuple[str, ...] = ()
    quotas_exceeded: tuple[str, ...] = ()
    counters_wrong: tuple[str, ...] = ()
    marks_wrong: tuple[str, ...] = ()
    dead_letters: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    """What had not come to rest when the time was up."""
