"""Handing out serials in person: how many, and what is noted of the document shown (R-12)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many hand-outs by one staff member, or for one family, within the window."""

    of: Literal["staff", "family"]
    most: int
    window: timedelta


BY_STAFF = (Limit("staff", 20, timedelta(hours=1)), Limit("staff", 80, timedelta(days=1)))
"""More than a desk has visitors, and less than a copy of the roll."""
FOR_FAMILY = Limit("family", 3, timedelta(days=1))
"""A mistyped address may be mended; a mailbox isn't flooded."""

DIGITS_AT_MOST = 4
"""Of the document shown its kind and last digits are noted, never its whole number."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks for the serial at the desk; `serial_sealed` is None where the family has none."""

    member_id: UUID
    name: str
    family_id: UUID
    holder_number: str
    serial_sealed: bytes | None


def too_many_digits(identity_check: str) -> bool:
    return sum(letter.isdigit() for letter in identity_check) > DIGITS_AT_MOST
