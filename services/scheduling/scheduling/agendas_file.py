"""The file of doctors and weeks that `load-agendas` reads: one JSON document.

{"doctors":   [{"doctor_id": uuid, "name", "unit", "shift": "morning" | "evening", "service"}],
 "templates": [{"doctor_id", "service", "weekdays": [1..7], "from": "07:00", "to": "13:00",
                "slot_minutes", "web_quota"}],
 "publish":   {"from": date, "days": 30}}
"""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scheduling.domain.agenda import Template
from scheduling.repository.agendas import Doctor
from shared.errors import Invalid
from shared.profile import Profile
from shared.validation import faults

Weekday = Annotated[int, Field(ge=1, le=7)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DoctorRow(_Part):
    doctor_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=200)]
    unit: str
    shift: Literal["morning", "evening"]
    service: str


class TemplateRow(_Part):
    doctor_id: UUID
    service: str
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    from_: Annotated[time, Field(alias="from")]
    to: time
    slot_minutes: Annotated[int, Field(ge=5, le=240)]
    web_quota: Annotated[int, Field(ge=0)]


class Publication(_Part):
    from_: Annotated[date, Field(alias="from")]
    days: Annotated[int, Field(ge=1, le=366)]


class AgendasFile(_Part):
    doctors: tuple[DoctorRow, ...]
    templates: tuple[TemplateRow, ...]
    publish: Publication | None = None


def read(path: Path, profile: Profile) -> tuple[list[Doctor], list[Template], Publication | None]:
    """The file's doctors and templates; Invalid names every fault, unknown units too."""
    try:
        document = AgendasFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Invalid("; ".join(f"{f['pointer']}: {f['code']}" for f in faults(error))) from None
    units = {row.doctor_id: row.unit for row in document.doctors}
    unknown = sorted({unit for unit in units.values() if profile.unit(unit) is None})
    unknown += sorted(
        {row.service for row in document.templates if not profile.service(row.service)}
    )
    unknown += sorted({str(row.doctor_id) for row in document.templates} - {str(d) for d in units})
    if unknown:
        raise Invalid(f"Desconocidos: {', '.join(unknown)}")
    doctors = [Doctor(row.doctor_id, row.name, row.unit, row.shift) for row in document.doctors]
    templates = [
        Template(
            doctor_id=row.doctor_id,
            service=row.service,
            unit=units[row.doctor_id],
            weekdays=row.weekdays,
            opens=row.from_,
            closes=row.to,
            slot_minutes=row.slot_minutes,
            web_quota=row.web_quota,
        )
        for row in document.templates
    ]
    return doctors, templates, document.publish
