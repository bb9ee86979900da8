"""Reading an institute's catalogues: CSV in UTF-8, judged line by line, all or nothing."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from clinical_records.repository.catalogues import Diagnosis, Medicine

LARGEST_BYTES = 32 * 1024 * 1024
LONGEST = 1000
FAULTS_AT_MOST = 1000
MEDICATIONS_HEADER = ["code", "name", "presentation"]
DIAGNOSES_HEADER = ["code", "label"]
_MEDICINE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")
_DIAGNOSIS_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
"""ICD-10: a letter, two digits, and what a point divides off."""
EntryT = TypeVar("EntryT", Medicine, Diagnosis)


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` counts from 1, the header; `problem` is a word, never what stands there."""

    line: int
    problem: str


class CatalogueRefused(Exception):
    """Nothing was changed; `faults` name the lines, the first 1,000 of them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def read_medications(path: Path) -> list[Medicine]:
    """`code,name,presentation`; the presentation may be empty. Raises CatalogueRefused."""
    return _read(path, MEDICATIONS_HEADER, _MEDICINE_CODE, _medicine)


def read_diagnoses(path: Path) -> list[Diagnosis]:
    """`code,label`, codes of ICD-10 with their point. Raises CatalogueRefused."""
    return _read(path, DIAGNOSES_HEADER, _DIAGNOSIS_CODE, _diagnosis)


def _medicine(fields: list[str]) -> Medicine:
    return Medicine(*fields)


def _diagnosis(fields: list[str]) -> Diagnosis:
    return Diagnosis(*fields)


def _read(
    path: Path, header: list[str], code: re.Pattern[str], made: Callable[[list[str]], EntryT]
) -> list[EntryT]:
    if path.stat().st_size > LARGEST_BYTES:
        raise CatalogueRefused([Fault(1, "too-large")])
    try:
        text = path.read_text("utf-8")
        lines = list(csv.reader(text.splitlines(), strict=True))
    except UnicodeDecodeError:
        raise CatalogueRefused([Fault(1, "not-utf-8")]) from None
    except csv.Error:
        raise CatalogueRefused([Fault(1, "not-csv")]) from None
    if not lines or lines[0] != header:
        raise CatalogueRefused([Fault(1, "header")])
    found: dict[str, EntryT] = {}
    faults: list[Fault] = []
    for number, raw in enumerate(lines[1:], start=2):
        fields = [field.strip() for field in raw]
        problem = _problem(fields, len(header), code)
        if problem is None and fields[0] in found:
            problem = "twice"
        if problem is not None:
            faults.append(Fault(number, problem))
        else:
            found[fields[0]] = made(fields)
    if not found and not faults:
        faults.append(Fault(1, "empty"))
    if faults:
        raise CatalogueRefused(faults[:FAULTS_AT_MOST])
    return list(found.values())


def _problem(fields: list[str], columns: int, code: re.Pattern[str]) -> str | None:
    if len(fields) != columns:
        return "columns"
    if not code.fullmatch(fields[0]):
        return "code"
    if not fields[1]:
        return "no-name"
    if any(len(field) > LONGEST for field in fields):
        return "too-long"
    if any(not field.isprintable() for field in fields):
        return "unprintable"
    return None
