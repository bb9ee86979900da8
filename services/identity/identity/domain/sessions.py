"""Sessions: how long they live, and what a refresh token may still do (R-13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

SIBLING_GRACE = timedelta(seconds=30)
"""Two tabs, or an answer lost on the way: within this the previous token gives a sibling."""
ACCESS_LIFE = timedelta(minutes=10)
OPEN_AT_ONCE = 200
"""Sessions of one account; the one beyond ends the oldest."""
DEVICE_LETTERS = 120

Channel = Literal["web", "mobile"]
Fate = Literal["rotate", "sibling", "over", "reused"]


@dataclass(frozen=True, slots=True)
class Lives:
    """`idle` is the time between two uses, `longest` the whole life."""

    idle: timedelta
    longest: timedelta


LIVES: dict[Channel, Lives] = {
    # A browser may stand in a waiting room; a phone belongs to one person and asks on its own.
    "web": Lives(idle=timedelta(hours=2), longest=timedelta(hours=12)),
    "mobile": Lives(idle=timedelta(days=30), longest=timedelta(days=180)),
}


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token with the session that it belongs to."""

    session_id: UUID
    account_id: UUID
    channel: Channel
    rotated_at: datetime | None
    idle_until: datetime
    expires_at: datetime
    ended_at: datetime | None


def fate_of(token: RefreshToken, now: datetime) -> Fate:
    """What presenting the token means; `reused` ends the session: one of two holders is a thief."""
    if token.ended_at is not None or now >= min(token.idle_until, token.expires_at):
        return "over"
    if token.rotated_at is None:
        return "rotate"
    return "sibling" if now - token.rotated_at <= SIBLING_GRACE else "reused"
