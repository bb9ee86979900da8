"""Which days are holidays: the country's by the `holidays` package, and the institute's own."""

from collections.abc import Callable
from datetime import date

from holidays import country_holidays

from shared.profile import Profile


def holiday_test(profile: Profile) -> Callable[[date], bool]:
    """Tells of a day whether the institute gives no appointments on it (R-31)."""
    official = country_holidays(profile.holidays.country, subdiv=profile.holidays.subdivision)
    own = {holiday.on for holiday in profile.holidays.own}
    return lambda day: day in own or day in official
