"""A booking trace: who asked for which unit and day, and when.

Columns: `t_s` second of the booking (from any origin, the same for all), `lead_days` days between
booking and visit, `unit` its number (0 the busiest), `patient`; more columns are not looked at.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path


class TraceInvalid(Exception):
    """The file is no trace; the text names the line."""


@dataclass(frozen=True, slots=True)
class Request:
    """A line of the trace; `at` is seconds after the replay's first second, at the trace's pace."""

    number: int
    at: float
    lead_days: int
    unit: int
    patient: str


def read_trace(path: Path, from_s: float | None, to_s: float | None) -> list[Request]:
    """The lines of `from_s <= t_s < to_s`, by time; by default all from the first one on.

    Raises `TraceInvalid`, also when no line is left.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(enumerate(csv.DictReader(file), start=2))
    except (OSError, UnicodeDecodeError) as fault:
        raise TraceInvalid(f"{path}: {fault}") from None
    rows = sorted((_row(path, number, line) for number, line in lines), key=lambda row: row[0])
    kept = [
        row
        for row in rows
        if (from_s is None or row[0] >= from_s) and (to_s is None or row[0] < to_s)
    ]
    if not kept:
        raise TraceInvalid(f"{path}: no booking between {from_s} and {to_s}")
    begin = kept[0][0] if from_s is None else from_s
    return [
        Request(number, at - begin, lead_days, unit, patient)
        for number, (at, lead_days, unit, patient) in enumerate(kept)
    ]


def _row(path: Path, number: int, line: dict[str, str]) -> tuple[float, int, int, str]:
    try:
        at, lead_days, unit = float(line["t_s"]), int(line["lead_days"]), int(line["unit"])
        patient = line["patient"]
    except (KeyError, TypeError, ValueError):
        raise TraceInvalid(f"{path}, line {number}: not a booking") from None
    if not 0 <= at < math.inf or unit < 0 or not patient:
        raise TraceInvalid(f"{path}, line {number}: not a booking")
    # Some visits are on record before they were booked: whoever came was there that day.
    return at, max(0, lead_days), unit, patient
