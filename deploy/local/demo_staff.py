"""Names the demo institute's staff: one account of each role, around the first family's unit."""

import csv
import json
from pathlib import Path
from typing import Final

_NAMES: Final = {
    "front_desk": "Recepción de Muestra",
    "archive": "Archivo de Muestra",
    "operator": "Operación Telefónica de Muestra",
    "authoriser": "Autorización de Muestra",
    "administrator": "Administración de Muestra",
    "auditor": "Auditoría de Muestra",
}
_IN_A_UNIT: Final = frozenset({"front_desk", "archive"})


def demo_staff(roll: Path, agendas: Path) -> list[dict[str, str | None]]:
    """`{role, unit, doctor_id, email, name}` of each; the doctor is one of the agendas'.

    All who are bound to a unit work where the first family of the roll belongs, so that desk,
    doctor and family of the demo meet.
    """
    with roll.open(encoding="utf-8", newline="") as file:
        unit = next(csv.DictReader(file))["home_unit"]
    doctors = json.loads(agendas.read_text(encoding="utf-8"))["doctors"]
    doctor = next(one for one in doctors if one["unit"] == unit)
    staff = [
        _account(role, name, unit if role in _IN_A_UNIT else None, None)
        for role, name in _NAMES.items()
    ]
    return [*staff, _account("doctor", doctor["name"], unit, doctor["doctor_id"])]


def _account(
    role: str, name: str, unit: str | None, doctor_id: str | None
) -> dict[str, str | None]:
    email = f"demo.{role.replace('_', '-')}@example.org"
    return {"role": role, "unit": unit, "doctor_id": doctor_id, "email": email, "name": name}
