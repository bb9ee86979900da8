"""Coverage: on which days a member is entitled to care."""

from datetime import date


def covered(valid_from: date, valid_to: date | None, day: date) -> bool:
    """`valid_from <= day <= valid_to`; without `valid_to` the coverage has no end."""
    return valid_from <= day and (valid_to is None or day <= valid_to)
