"""The trace of the work in hand, W3C Trace Context: begun at a door, carried by event and call."""

import os
import re
from contextvars import ContextVar, Token

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def fresh_id() -> str:
    """A new trace id: 32 hex digits."""
    return os.urandom(16).hex()


def begin(traceparent: str | None = None) -> Token[str | None]:
    """Continues the given trace, or begins one where it is absent or unreadable."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    trace_id = match[1] if match and set(match[1]) != {"0"} else fresh_id()
    return _current.set(f"00-{trace_id}-{os.urandom(8).hex()}-01")


def end(token: Token[str | None]) -> None:
    """Back to the trace that was current before `begin`."""
    _current.reset(token)


def traceparent() -> str | None:
    """`00-<trace id>-<span id>-01`, or None outside any work."""
    return _current.get()


def trace_id() -> str | None:
    """The 32 hex digits that a person can quote."""
    current = _current.get()
    return None if current is None else current[3:35]
