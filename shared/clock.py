"""Time as the rules speak of it: instants in UTC, days and weeks in a zone (decision 9)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


class NoSuchLocalTime(ValueError):
    """The wall clock of that zone skips this time on this day."""


def now() -> datetime:
    """The present instant in UTC; the one place of the house that reads the wall clock."""
    return datetime.now(UTC)  # noqa: TID251  # this is that place


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a zone."""
    return instant.astimezone(zone).date()


def at_local(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; the first of the two where the clock is set back.

    Raises NoSuchLocalTime where the clock is set forward over it.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(fold=0) != local.replace(fold=0):
        message = f"{day} {wall} does not exist in {zone.key}"
        raise NoSuchLocalTime(message)
    return instant


def rfc3339(instant: datetime) -> str:
    """UTC with a Z, microseconds only where there are any (RFC 3339)."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
