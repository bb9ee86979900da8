"""The budget of the work in hand: one deadline per request, which every wait inside it respects."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shared.errors import Unavailable

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    """Everything inside ends within `seconds`, or within what is left of an outer budget."""
    until = asyncio.get_running_loop().time() + seconds
    outer = _deadline.get()
    token = _deadline.set(until if outer is None else min(until, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining(at_most: float) -> float:
    """Seconds this wait may take; raises Unavailable when nothing is left."""
    until = _deadline.get()
    if until is None:
        return at_most
    left = until - asyncio.get_running_loop().time()
    if left <= 0:
        raise Unavailable
    return min(left, at_most)
