"""What a referral says (R-46), as its sealed bytes hold it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

import orjson

State = Literal["issued", "used", "expired"]


@dataclass(frozen=True, slots=True)
class ReferralContent:
    """`reason` is what the specialist should know."""

    doctor_name: str
    reason: str

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_bytes(cls, text: bytes) -> "ReferralContent":
        held: dict[str, Any] = orjson.loads(text)
        return cls(**held)


def referral_aad(referral_id: UUID) -> str:
    """What its content is sealed for."""
    return f"referral {referral_id}"
