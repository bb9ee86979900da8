"""How long to wait before the next try, and when waiting has no more sense."""

from datetime import datetime, timedelta

_STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
_FIRST_AFTER_LOSS = timedelta(seconds=5)

AWAITED_FOR = timedelta(minutes=30)
"""How long a mail waits for a name or an address that travels by another queue."""

_SHORTEST = timedelta(seconds=1)
_LONGEST = timedelta(seconds=60)


def after_refusal(attempts: int) -> timedelta:
    """1, 5, 15, 60 minutes, then every 4 hours, after `attempts` tries (RFC 5321, 4.5.4.1)."""
    return _STEPS[min(attempts, len(_STEPS)) - 1]


def after_loss(attempts: int) -> timedelta:
    """Sooner than after a refusal: the server was away, and said nothing about this mail."""
    doubled = _FIRST_AFTER_LOSS * float(2 ** min(attempts - 1, 16))
    return min(doubled, after_refusal(attempts))


def while_awaiting(created_at: datetime, now: datetime) -> timedelta:
    """As long again as it has waited so far, from 1 second to a minute."""
    return min(max(now - created_at, _SHORTEST), _LONGEST)
