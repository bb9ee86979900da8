"""Units as answers and rules need them: their name, and which day it is there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.clock import local_day
from shared.profile import Profile


def zone_of(profile: Profile, unit: str) -> ZoneInfo:
    """The unit's zone; the institute's for a unit that was closed since."""
    found = profile.unit(unit)
    return profile.zone_info if found is None else found.zone_info


def day_at(profile: Profile, unit: str, instant: datetime) -> date:
    """The calendar day of an instant at a unit."""
    return local_day(instant, zone_of(profile, unit))


def unit_name(profile: Profile, unit: str) -> str:
    """The unit's name; its code for one that was closed since."""
    found = profile.unit(unit)
    return unit if found is None else found.name
