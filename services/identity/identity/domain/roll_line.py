"""One line of the roll's file: which columns it has, and what makes it a good one (R-01)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

HEADER = (
    "affiliation_number", "holder_number", "serial_number", "given_names", "first_surname",
    "second_surname", "birth_on", "sex", "relation", "home_unit", "valid_from", "valid_to",
)  # fmt: skip
RELATIONS = frozenset({"holder", "spouse", "child", "parent", "other"})
SEXES = frozenset({"F", "M", "X"})
NAME_LETTERS = 100
OLDEST_BIRTH = date(1890, 1, 1)
_DATE_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """What the institute decides about a line; `number` and `serial` give the canonical form."""

    number: Callable[[str], str | None]
    serial: Callable[[str], str | None]
    home_units: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class RollLine:
    affiliation_number: str
    holder_number: str
    serial_number: str
    given_names: str
    first_surname: str
    second_surname: str
    birth_on: date
    sex: str
    relation: str
    home_unit: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is bad: the column, empty for the whole line, and a reason code. No value."""

    column: str
    code: str


def judge(fields: Sequence[str], rules: Rules) -> RollLine | list[Fault]:
    """The line, or everything that is wrong with it by itself."""
    if len(fields) != len(HEADER):
        return [Fault("", "wrong-number-of-fields")]
    if not all(map(str.isprintable, fields)):
        named = zip(HEADER, fields, strict=True)
        return [Fault(name, "control-character") for name, text in named if not text.isprintable()]
    faults: list[Fault] = []
    number, holder_number, serial = _numbers(fields, rules, faults)
    given_names, first_surname, second_surname = _names(fields, faults)
    birth_on, valid_from, valid_to = _dates(fields, rules, faults)
    sex, relation, home_unit = fields[7:10]
    if sex not in SEXES:
        faults.append(Fault("sex", "unknown"))
    if relation not in RELATIONS:
        faults.append(Fault("relation", "unknown"))
    elif (relation == "holder") != (number == holder_number):
        faults.append(Fault("holder_number", "contradicts-relation"))
    if home_unit not in rules.home_units:
        faults.append(Fault("home_unit", "unknown"))
    if faults or number is None or holder_number is None or birth_on is None or valid_from is None:
        return faults
    return RollLine(
        number, holder_number, serial, given_names, first_surname, second_surname, birth_on, sex,
        relation, home_unit, valid_from, valid_to,
    )  # fmt: skip


def _numbers(
    fields: Sequence[str], rules: Rules, faults: list[Fault]
) -> tuple[str | None, str | None, str]:
    number = rules.number(fields[0])
    holder_number = number if fields[1] == fields[0] else rules.number(fields[1])
    serial = rules.serial(fields[2]) if fields[2] else ""
    found = (number, holder_number, serial)
    faults += [
        Fault(column, "not-a-possible-number")
        for column, value in zip(HEADER[:3], found, strict=True)
        if value is None
    ]
    return number, holder_number, serial or ""


def _names(fields: Sequence[str], faults: list[Fault]) -> tuple[str, str, str]:
    names = (fields[3].strip(), fields[4].strip(), fields[5].strip())
    for column, name in zip(HEADER[3:6], names, strict=True):
        if len(name) > NAME_LETTERS:
            faults.append(Fault(column, "too-long"))
        elif not name and column != "second_surname":
            faults.append(Fault(column, "missing"))
    return names


def _dates(
    fields: Sequence[str], rules: Rules, faults: list[Fault]
) -> tuple[date | None, date | None, date | None]:
    birth_on, valid_from = _date(fields[6]), _date(fields[10])
    valid_to = _date(fields[11]) if fields[11] else None
    if birth_on is None:
        faults.append(Fault("birth_on", "not-a-date"))
    elif not OLDEST_BIRTH <= birth_on <= rules.today:
        faults.append(Fault("birth_on", "out-of-range"))
    if valid_from is None:
        faults.append(Fault("valid_from", "not-a-date"))
    if fields[11] and valid_to is None:
        faults.append(Fault("valid_to", "not-a-date"))
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        faults.append(Fault("valid_to", "before-valid-from"))
    return birth_on, valid_from, valid_to


@lru_cache(maxsize=8192)
def _date(text: str) -> date | None:
    """`YYYY-MM-DD` alone; Python would read week dates and dates without hyphens, too."""
    if len(text) != _DATE_LETTERS or text[4] != "-" or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
