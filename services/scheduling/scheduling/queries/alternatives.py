"""What to do next when a day has no place for the web (R-24): other doctors, other dates."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

from scheduling.models import Alternatives, Day, Doctor, OtherDate
from shared.database import Transaction

DATES = 3
"""So many next dates are named; the calendar of days shows the rest."""


async def doctors_of(tx: Transaction, days: Sequence[Day]) -> dict[UUID, Doctor]:
    """The doctors of those of the days that are open, as people know them."""
    wanted = {day.doctor_id for day in days if day.state == "open"}
    if not wanted:
        return {}
    rows = await tx.fetch(
        "SELECT doctor_id AS id, name, shift FROM doctors WHERE doctor_id = ANY ($1)"
        " ORDER BY shift DESC, name, doctor_id",
        list(wanted),
    )
    return {row["id"]: Doctor(**row) for row in rows}


def alternatives(
    standing: Sequence[Day],
    doctors: dict[UUID, Doctor],
    *,
    doctor: UUID | None,
    first: date,
    last: date,
) -> Alternatives:
    """What is open instead of `doctor` (any, when None) from `first` to `last`.

    `standing` are the days of all doctors of the service, by date. Dates after `last` with the same
    doctor come before any other's; where nothing follows at all, an earlier date is better than
    none.
    """
    held = [day for day in standing if day.state == "open"]
    others = {day.doctor_id for day in held if first <= day.date <= last} - {doctor}
    later = [day for day in held if day.date > last]
    of_doctor = [day for day in later if day.doctor_id == doctor]
    earlier = [day for day in held if day.date < first]
    return Alternatives(
        other_doctors=[doctors[found] for found in doctors if found in others],
        next_dates=_dates(of_doctor or later or earlier),
    )


def _dates(days: Iterable[Day]) -> list[OtherDate]:
    by_date: dict[date, OtherDate] = {}
    for day in days:
        by_date.setdefault(day.date, OtherDate(date=day.date, doctor_id=day.doctor_id))
    return list(islice(by_date.values(), DATES))
