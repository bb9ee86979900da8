"""What a prescription says (R-40), as its sealed bytes hold it."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson

NOTICE = "Este listado es únicamente para consulta y no remplaza ningún documento oficial"
"""R-40, word for word."""


@dataclass(frozen=True, slots=True)
class Medication:
    """`code` is the catalogue's, None for what the doctor wrote; `quantity` counts packages."""

    code: str | None
    name: str
    dose: str
    route: str
    frequency: str
    duration: str
    quantity: int
    instructions: str | None


@dataclass(frozen=True, slots=True)
class PrescriptionContent:
    """Written once; a mistake is voided, never edited (R-41)."""

    doctor_name: str
    medications: tuple[Medication, ...]

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_bytes(cls, text: bytes) -> "PrescriptionContent":
        held: dict[str, Any] = orjson.loads(text)
        return cls(held["doctor_name"], tuple(Medication(**one) for one in held["medications"]))


def prescription_aad(prescription_id: UUID) -> str:
    """What its content is sealed for."""
    return f"prescription {prescription_id}"


def voiding_aad(prescription_id: UUID) -> str:
    """What the reason of its voiding is sealed for."""
    return f"prescription voiding {prescription_id}"
