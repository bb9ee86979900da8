"""Load doctors and their weeks: all or nothing, harmless when repeated."""

from collections.abc import Sequence
from datetime import datetime

from scheduling.domain.agenda import Template, overlaps
from scheduling.repository import agendas
from scheduling.repository.agendas import Doctor
from shared import outbox
from shared.contracts.scheduling import DoctorDescribed
from shared.database import Database
from shared.errors import Invalid


async def load_agendas(
    database: Database, doctors: Sequence[Doctor], templates: Sequence[Template], *, now: datetime
) -> int:
    """Returns how many doctors are new or changed; raises Invalid when a doctor's weeks overlap."""
    if overlaps(templates):
        raise Invalid("Un médico tendría dos servicios a la misma hora.")
    changed = 0
    async with database.transaction(seconds=60.0) as tx:
        for doctor in doctors:
            version = await agendas.put_doctor(tx, doctor)
            if version is None:
                continue
            changed += 1
            described = DoctorDescribed.model_validate(
                {
                    "doctor_id": doctor.doctor_id,
                    "name": doctor.name,
                    "unit": doctor.unit,
                    "shift": doctor.shift,
                }
            )
            await outbox.add(tx, described, sequence=version, now=now, lane=1)
        for template in templates:
            await agendas.put_template(tx, template)
    return changed
