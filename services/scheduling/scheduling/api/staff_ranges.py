"""What staff's operations on agendas have in common: units in reach, ranges, services, horizons."""

from collections.abc import Callable
from datetime import date

from scheduling.domain.staff import Reach
from shared.errors import Invalid, NotFound
from shared.profile import Profile


def unit_in_reach(reach: Reach, wanted: str | None) -> str | None:
    """The unit to look at: the wanted one, or all that the reach allows; NotFound beyond it."""
    if reach.unit is not None and wanted not in (None, reach.unit):
        raise NotFound
    return wanted or reach.unit


def assert_range(first: date, last: date, most_days: int) -> None:
    """Raises Invalid for a range that ends before it begins, or holds more days than allowed."""
    if last < first:
        raise _invalid("/to", "before-from", "La fecha final es anterior a la inicial.")
    if (last - first).days >= most_days:
        raise _invalid("/to", "too-far", f"El intervalo abarca más de {most_days} días.")


def assert_from_today(day: date, today: date, pointer: str) -> None:
    """Raises Invalid for a day that is over."""
    if day < today:
        raise _invalid(pointer, "past", "Ese día ya pasó.")


def assert_service(profile: Profile, code: str, pointer: str = "/service") -> None:
    """Raises Invalid for a service that the institute doesn't offer."""
    if profile.service(code) is None:
        raise _invalid(pointer, "unknown", "No es un servicio de la institución.")


def assert_unit(profile: Profile, code: str) -> None:
    """Raises Invalid for a unit that the institute doesn't have."""
    if profile.unit(code) is None:
        raise _invalid("/unit", "unknown", "No es una unidad médica de la institución.")


def horizon_on(profile: Profile) -> Callable[[date], int]:
    """The booking horizon in days by the policies of a day (R-30)."""
    return lambda day: profile.policies_at(day).horizon_days


def _invalid(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "message": message}])
