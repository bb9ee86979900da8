"""What a sick leave says (R-43), as its sealed bytes hold it, and the states it goes through."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

State = Literal["issued", "authorised", "sealed", "revoked"]
Kind = Literal["illness", "maternity", "accident", "work_risk", "family_care"]

KINDS: dict[str, str] = {
    "illness": "Enfermedad general",
    "maternity": "Maternidad",
    "accident": "Accidente",
    "work_risk": "Riesgo de trabajo",
    "family_care": "Cuidado de un familiar",
}
"""Each kind as the paper names it."""
DAYS_AT_MOST = 90
"""Of one certificate: maternity's twelve weeks fit in one, a longer leave is several."""
BACKDATED_DAYS = 3
AHEAD_DAYS = 30
"""How long before and after the day of issue a leave may begin."""


@dataclass(frozen=True, slots=True)
class SickLeaveContent:
    """What the paper prints besides the row's own days and dates."""

    diagnosis_code: str
    diagnosis_label: str
    member_name: str
    affiliation_number: str
    doctor_name: str
    remarks: str | None

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_bytes(cls, text: bytes) -> "SickLeaveContent":
        held: dict[str, Any] = orjson.loads(text)
        return cls(**held)


def ends_on(starts_on: date, days: int) -> date:
    """The last day of the leave, its first one counted."""
    return starts_on + timedelta(days=days - 1)


def may_begin(starts_on: date, issued_on: date) -> bool:
    """Whether a leave issued on that day may begin then."""
    return -BACKDATED_DAYS <= (starts_on - issued_on).days <= AHEAD_DAYS


def sick_leave_aad(sick_leave_id: UUID) -> str:
    """What its content is sealed for."""
    return f"sick leave {sick_leave_id}"


def revocation_aad(sick_leave_id: UUID) -> str:
    """What the reason of its revocation is sealed for."""
    return f"sick leave revocation {sick_leave_id}"
