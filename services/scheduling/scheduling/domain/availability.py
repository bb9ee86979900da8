"""How a day of a doctor looks to a person who books by web (R-24)."""

from collections.abc import Iterable
from typing import Literal

DayState = Literal["open", "web_quota_exhausted", "full"]


def web_places_left(*, free: int, web_quota: int, web_used: int) -> int:
    """Places that the web may still take: never more than are free at all."""
    return max(0, min(free, web_quota - web_used))


def day_state(*, free: int, web_left: int) -> DayState:
    """`full` when nothing is free for anybody, else whether the web has a place left."""
    if free <= 0:
        return "full"
    return "open" if web_left > 0 else "web_quota_exhausted"


def best(states: Iterable[DayState]) -> DayState:
    """How several days look together: `full` only where every one is, or none stands."""
    found = set(states)
    if "open" in found:
        return "open"
    return "web_quota_exhausted" if "web_quota_exhausted" in found else "full"
