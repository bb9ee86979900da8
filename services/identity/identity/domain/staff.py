"""Staff accounts: what goes with each role (R-14)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

StaffRole = Literal[
    "front_desk", "archive", "operator", "doctor", "authoriser", "administrator", "auditor"
]
Fault = tuple[str, str]
"""The field's JSON pointer and a code."""

BOUND: frozenset[StaffRole] = frozenset({"front_desk", "archive", "doctor"})
"""They work in one unit, and their rights end at its door."""
UNBOUND: frozenset[StaffRole] = frozenset({"administrator", "auditor"})
"""They have to do with the whole institute; the roles in neither set may be either."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A staff account as asked for; the address is canonical, `email_key` its compared form."""

    role: StaffRole
    unit: str | None
    doctor_id: UUID | None
    email: str
    email_key: str
    name: str


def faults(
    role: StaffRole, unit: str | None, doctor_id: UUID | None, *, units: Collection[str]
) -> list[Fault]:
    """What of unit and doctor doesn't go with the role; `units` are the institute's."""
    found: list[Fault] = []
    if unit is None and role in BOUND:
        found.append(("/unit", "required-for-role"))
    elif unit is not None and role in UNBOUND:
        found.append(("/unit", "not-for-role"))
    elif unit is not None and unit not in units:
        found.append(("/unit", "unknown"))
    if (doctor_id is not None) != (role == "doctor"):
        found.append(("/doctor_id", "not-for-role" if doctor_id else "required-for-role"))
    return found
