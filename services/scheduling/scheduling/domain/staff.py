"""Whom staff reach, by which channel they book, and what they look for (R-33)."""

import re
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.errors import Forbidden

StaffChannel = Literal["desk", "phone"]

_BOUND = frozenset({"front_desk", "archive", "doctor"})
_CHANNELS: dict[str, StaffChannel] = {"front_desk": "desk", "archive": "desk", "operator": "phone"}
_FOLIO = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
# Letters that a folio doesn't have are those that people write for its digits.
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Reach:
    """`unit` None is every unit; `doctor_id` is given where only that doctor's own are reached."""

    unit: str | None = None
    doctor_id: UUID | None = None


def reach(role: str, unit: str | None, doctor_id: UUID | None) -> Reach:
    """Front desk, archive and doctors end at their unit's door, a doctor at the own agenda.

    Raises Forbidden for an account that lacks the unit or the doctor of its role.
    """
    if role not in _BOUND:
        return Reach()
    if unit is None or (role == "doctor" and doctor_id is None):
        raise Forbidden
    return Reach(unit, doctor_id if role == "doctor" else None)


def channel_of(role: str) -> StaffChannel:
    """Whoever answers the telephone books by phone, the others at the desk (R-33)."""
    if role not in _CHANNELS:
        raise Forbidden
    return _CHANNELS[role]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: exactly one is given. `name` is as typed, the others canonical."""

    number: str | None = None
    folio: str | None = None
    name: str | None = None


def sought(text: str) -> Sought:
    """A folio by its form, a number where there is a digit, else a name."""
    compact = text.strip().upper()
    if _FOLIO.fullmatch(compact):
        return Sought(folio=compact.translate(_MISREAD))
    if any("0" <= letter <= "9" for letter in compact):
        return Sought(number=compact.replace(" ", "").replace("-", ""))
    return Sought(name=text)


def canonical_folio(text: str) -> str | None:
    """The folio as it is stored, or None when the text is none."""
    return sought(text).folio
