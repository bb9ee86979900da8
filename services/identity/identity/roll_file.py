"""Reading the roll's file: line by line, whatever its length, and never trusting a byte of it."""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from identity.domain.roll_line import HEADER, Fault, RollLine, Rules, judge

LONGEST_LINE = 8192
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20


class FileChanged(Exception):
    """The file's bytes were not the same when it was read the second time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line's number in the file, the bytes it took, and the line or its faults."""

    number: int
    size: int
    found: RollLine | list[Fault]


def sha256_of(path: Path) -> bytes:
    """The digest by which a second load of the same file is known."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def judged_lines(path: Path, expected_sha256: bytes, rules: Rules) -> Iterator[Judged]:
    """Every line after the header, judged; a wrong header is the only line then.

    A person's line never holds a line break, so each line of the file is read by itself: an
    unbalanced quote spoils its own line and no other. Raises FileChanged at the end.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for number, raw in enumerate(_raw_lines(file, digest.update), start=1):
            found = _judged(raw, number, rules)
            if found is not None:
                yield Judged(number, len(raw), found)
            if number == 1 and found is not None:
                return
    if digest.digest() != expected_sha256:
        raise FileChanged


def _raw_lines(file: BinaryIO, seen: Callable[[bytes], None]) -> Iterator[bytes]:
    """Lines with their ends; of an endless one no more is kept than shows that it is too long."""
    while line := file.readline(LONGEST_LINE + 1):
        seen(line)
        end = line
        while not end.endswith(b"\n") and (end := file.readline(_CHUNK)):
            seen(end)
        yield line


def _judged(raw: bytes, number: int, rules: Rules) -> RollLine | list[Fault] | None:
    """None for the header as it should be."""
    if len(raw) > LONGEST_LINE:
        return [Fault("", "too-long")]
    if number == 1 and raw.startswith(_BOM):
        return [Fault("", "byte-order-mark")]
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return [Fault("", "not-utf-8")]
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return [Fault("", "not-csv")]
    fields = rows[0] if rows else []
    if number == 1:
        return None if tuple(fields) == HEADER else [Fault("", "header")]
    return judge(fields, rules)
