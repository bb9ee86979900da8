"""Changing an account's address: when it holds, and how long it can be undone (R-11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

ChangeState = Literal["asked", "waiting", "done", "reversed", "replaced", "refused"]


@dataclass(frozen=True, slots=True)
class EmailChange:
    """The `old_*` and `effective_at` are known once the new address is confirmed."""

    change_id: UUID
    account_id: UUID
    new_email: str
    new_email_key: str
    old_email: str | None
    old_email_key: str | None
    state: ChangeState
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class Times:
    """From `effective_at` on the new address holds; until `reversible_until` it can be undone."""

    effective_at: datetime
    reversible_until: datetime


def times_of(*, at_once: bool, wait: timedelta, now: datetime) -> Times:
    """At once for who is logged in, else after the wait; then as long again to undo it.

    The second span is for an owner who reads mail once in a while: the first could have passed.
    """
    effective_at = now if at_once else now + wait
    return Times(effective_at, effective_at + wait)
