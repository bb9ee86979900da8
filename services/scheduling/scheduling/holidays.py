"""Which days are holidays: the country's by the `holidays` package, and the institute's own."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from holidays import HolidayBase, country_holidays

from shared.profile import Profile

Source = Literal["official", "institute"]


def holiday_test(profile: Profile) -> Callable[[date], bool]:
    """Tells of a day whether the institute gives no appointments on it (R-31)."""
    official = _official(profile)
    own = {holiday.on for holiday in profile.holidays.own}
    return lambda day: day in own or day in official


def holidays_between(profile: Profile, first: date, last: date) -> dict[date, tuple[str, Source]]:
    """The holidays of these days, the first and the last included, with name and source."""
    official = _official(profile)
    own = {holiday.on: holiday.name for holiday in profile.holidays.own}
    found: dict[date, tuple[str, Source]] = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day in own:
            found[day] = own[day], "institute"
        elif day in official:
            found[day] = official[day], "official"
    return found


def _official(profile: Profile) -> HolidayBase:
    # Without a language the names come in that of the machine.
    return country_holidays(
        profile.holidays.country,
        subdiv=profile.holidays.subdivision,
        language=profile.locale.partition("-")[0],
    )
