"""The work of sealing: what was claimed, and how long to wait after a failure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

LEASE = timedelta(seconds=60)
"""Three times what a paper may take: after it another process may try."""
ALARMING_ATTEMPTS = 5
"""From this attempt on a failure is logged as an error."""
_LONGEST = timedelta(minutes=5)

SealState = Literal["valid", "revoked", "unknown"]
"""What the public page says of a folio (R-44)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A sick leave whose paper is ours to make; `fence` proves it when the paper is stored."""

    sick_leave_id: UUID
    attempts: int
    fence: int


@dataclass(frozen=True, slots=True)
class Authorised:
    """What the database holds of a sick leave that waits for its seal; the content is encrypted."""

    sick_leave_id: UUID
    folio: str
    unit: str
    issued_on: date
    starts_on: date
    days: int
    kind: str
    content: bytes
    content_key_id: str
    authorised_at: datetime


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2 s, doubled each time, at most 5 minutes."""
    return min(timedelta(seconds=2 ** min(attempts, 16)), _LONGEST)


def document_aad(sick_leave_id: UUID, folio: str) -> str:
    """What a sealed paper is encrypted for."""
    return f"sealed document {sick_leave_id} {folio}"
