"""The roll's file as R-01 has it: one line a person, the holder of each family first."""

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Literal, TextIO

Sex = Literal["F", "M"]
Relation = Literal["holder", "spouse", "child", "parent", "other"]


@dataclass(frozen=True, slots=True)
class RollLine:
    """A person on the roll; the fields are the file's columns, in their order (R-01)."""

    affiliation_number: str
    holder_number: str
    serial_number: str
    given_names: str
    first_surname: str
    second_surname: str
    birth_on: date
    sex: Sex
    relation: Relation
    home_unit: str
    valid_from: date
    valid_to: date | None


HEADER = tuple(field.name for field in fields(RollLine))


def write(lines: Iterable[RollLine], file: TextIO) -> int:
    """Writes the roll as UTF-8 CSV line by line, whatever its length; returns the people's count.

    `file` is opened with `newline=""`.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    for line in lines:
        writer.writerow(astuple(line))
        count += 1
    return count
