"""Calendar months back from a day, as R-42 counts them."""

import calendar
from datetime import date


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or that month's last: 31 August less 6, 28 February."""
    place = day.year * 12 + day.month - 1 - months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
