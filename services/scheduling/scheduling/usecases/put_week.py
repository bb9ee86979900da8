"""Set a doctor's whole week (R-31): what is published changes only when it is published again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from scheduling.domain.agenda import Template, overlaps
from scheduling.repository import agendas, doctors
from shared import audit
from shared.audit import Actor
from shared.database import Database, Transaction
from shared.errors import Invalid, NotFound

OPERATION = "set-template"


async def put_week(
    database: Database, actor: Actor, doctor_id: UUID, week: Sequence[Template], *, now: datetime
) -> None:
    """Replaces the week; raises NotFound, Invalid when blocks overlap on a weekday."""
    if overlaps(week):
        message = "El médico tendría dos horarios a la vez."
        raise Invalid(errors=[{"pointer": "/hours", "code": "overlap", "message": message}])

    async def once() -> None:
        async with database.transaction() as tx:
            await _lock(tx, doctor_id)
            await agendas.put_week(tx, doctor_id, week)
            await audit.record(tx, actor, OPERATION, [doctor_id], now=now)

    await database.retrying(once)


async def _lock(tx: Transaction, doctor_id: UUID) -> None:
    if not await doctors.lock(tx, doctor_id):
        raise NotFound
