"""How an attempt to send can end, told apart by phase, and what follows from each end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.domain import patience
from notifications.domain.mails import Reason, State


@dataclass(frozen=True, slots=True)
class Accepted:
    """A server said 250 after the final dot."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A 5xx, or a mail that can't be written: definite, and final.

    `contact_version` says which address of the account was refused, when it was the account's.
    """

    reason: Reason
    contact_version: int | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """A 4xx: definite, and worth another try."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Lost:
    """The link broke before the final dot: the server can't have accepted the mail."""

    reason: Reason = Reason.SERVER_AWAY


@dataclass(frozen=True, slots=True)
class Unknown:
    """The link broke after the final dot: the server may have accepted the mail."""

    reason: Reason = Reason.UNANSWERED


@dataclass(frozen=True, slots=True)
class Unbegun:
    """Nothing was said to the server about this mail: no attempt is counted."""

    after: timedelta = timedelta(0)
    reason: Reason | None = None


Outcome = Accepted | Refused | Deferred | Lost | Unknown | Unbegun


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the ledger holds after an attempt."""

    state: State
    reason: Reason | None
    next_try_at: datetime
    attempts: int
    indeterminate: int


def settle(
    outcome: Outcome, *, attempts: int, indeterminate: int, not_after: datetime, now: datetime
) -> Settlement:
    """The state that follows from an outcome; `attempts` includes the one that has ended."""
    if isinstance(outcome, Accepted):
        return Settlement(State.SENT, None, now, attempts, indeterminate)
    if isinstance(outcome, Refused):
        return Settlement(State.FAILED, outcome.reason, now, attempts, indeterminate)
    if isinstance(outcome, Unbegun):
        due_at = now + outcome.after
        return Settlement(State.QUEUED, outcome.reason, due_at, attempts - 1, indeterminate)
    if isinstance(outcome, Unknown):
        indeterminate += 1
    lost = isinstance(outcome, Lost)
    due_at = now + (patience.after_loss(attempts) if lost else patience.after_refusal(attempts))
    if due_at > not_after:
        return Settlement(State.FAILED, Reason.GAVE_UP, now, attempts, indeterminate)
    return Settlement(State.QUEUED, outcome.reason, due_at, attempts, indeterminate)
