"""Limits per caller, kept in memory: the generic cell rate algorithm, one number per caller.

Generous on purpose: mobile carriers put thousands of phones behind one address (R-08). Each
gateway process counts for itself; what must hold everywhere is limited where it is decided.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_second` on average."""

    name: str
    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Limit:
    """The rates of a row: with a token the caller is the token, otherwise the address."""

    with_token: Rate | None
    without: Rate


_TOKEN = Rate("token", 400, 60.0)
_ANONYMOUS = Rate("anonymous", 600, 100.0)
_CREDENTIALS = Rate("credentials", 600, 50.0)

EVERYTHING = Rate("everything", 6_000, 3_000.0)
"""What one address may ask in all: made-up tokens are callers without end, addresses are not."""

SESSION = Limit(_TOKEN, _ANONYMOUS)
"""Rows that need a session."""
ADDRESS = Limit(None, _ANONYMOUS)
"""Rows open to everybody; a token changes nothing."""
DOOR = Limit(None, _CREDENTIALS)
"""Rows at which secrets can be guessed and mails be caused."""

CAPACITY = 100_000


@dataclass(slots=True)
class Limiter:
    """When each caller's next request would be due, were all evenly spaced; nothing else."""

    clock: Callable[[], float] = time.monotonic
    capacity: int = CAPACITY
    _due: dict[int, float] = field(default_factory=dict)

    def wait(self, rate: Rate, caller: str) -> int:
        """0 and counts the request, or the whole seconds after which it would be admitted."""
        now = self.clock()
        # Python's hash is keyed anew in each process: nobody can choose a caller to collide with,
        # and no token is kept.
        key = hash((rate.name, caller))
        due = max(self._due.get(key, now), now)
        interval = 1.0 / rate.per_second
        early = due - now - (rate.burst - 1) * interval
        if early > 0:
            return math.ceil(early)
        if len(self._due) >= self.capacity and key not in self._due:
            self._forget(now)
        self._due[key] = due + interval
        return 0

    def __len__(self) -> int:
        return len(self._due)

    def _forget(self, now: float) -> None:
        """Drops who is not early any more, and the oldest besides when that frees too little."""
        self._due = {key: due for key, due in self._due.items() if due > now}
        spare = len(self._due) - self.capacity * 3 // 4
        for key in list(self._due)[: max(0, spare)]:
            del self._due[key]
