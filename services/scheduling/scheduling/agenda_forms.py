"""What staff send about agendas: weeks, publications, withdrawals, holidays, absences, moves."""

import datetime as dt
import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from scheduling.forms import Code, Cursor, Limit
from shared.text import ShortLine, Strict

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso(value: Any) -> Any:
    # Pydantic reads a number, also within a string, as seconds since 1970.
    if not isinstance(value, str):
        return value
    if not _DATE.fullmatch(value):
        raise ValueError("a date is expected (ISO 8601)")
    return dt.date.fromisoformat(value)


# Between these days the calendar's arithmetic cannot run over its own ends.
Day = Annotated[
    dt.date,
    BeforeValidator(_iso),
    Field(ge=dt.date(2000, 1, 1), le=dt.date(2199, 12, 31)),
]
Mode = Literal["cancel", "move"]
Weekday = Annotated[int, Field(ge=1, le=7)]
WallTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{2,19}$")]


class Preview(Strict):
    """`preview=true` says what would be done, and does nothing."""

    preview: bool = False


class Hours(Strict):
    """Hours of some weekdays (1 Monday to 7 Sunday) for one service, by the unit's clock."""

    service: Code
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    from_: Annotated[WallTime, Field(alias="from")]
    to: WallTime
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    web_quota: Annotated[int, Field(ge=0, le=300)]


class Week(Strict):
    """A doctor's whole week; an empty one means that nothing more is published."""

    hours: Annotated[list[Hours], Field(max_length=70)]


class Publication(Strict):
    """A range of dates, the first and the last included."""

    doctor: UUID
    service: Code
    from_: Annotated[Day, Field(alias="from")]
    to: Day


class Withdrawal(Strict):
    """A published day and what is to become of who has an appointment on it."""

    doctor: UUID
    service: Code
    date: Day
    mode: Mode
    reason: ShortLine


class Quota(Strict):
    """How many places the web may take on this day."""

    web_quota: Annotated[int, Field(ge=0, le=1000)]


class Holiday(Strict):
    """A day without appointments in a unit, or without a unit in all of them."""

    date: Day
    name: Annotated[ShortLine, Field(max_length=120)]
    unit: UnitCode | None = None
    mode: Mode = "move"


class Absence(Strict):
    """Days on which a doctor isn't there; the reason is for staff's eyes."""

    doctor: UUID
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    reason: ShortLine
    mode: Mode


class Move(Strict):
    """Where an appointment goes; the reason is for staff's eyes."""

    slot_id: UUID
    reason: ShortLine


class UnitQuery(Strict):
    """A unit's doctors."""

    unit: UnitCode


class AgendasQuery(Strict):
    """Published days of a unit or a doctor; by default from today for thirty days."""

    unit: UnitCode | None = None
    doctor: UUID | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class HolidaysQuery(Strict):
    """Holidays of a unit, or of everybody; by default from today for a year."""

    unit: UnitCode | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None


class AbsencesQuery(Strict):
    """Absences of a unit's doctors or of one doctor, from a day on, by default today."""

    unit: UnitCode | None = None
    doctor: UUID | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    limit: Limit = 50
    cursor: Cursor | None = None
