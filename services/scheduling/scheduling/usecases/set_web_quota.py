"""Set how many of a day's places the web may take (R-24): never fewer than it has taken."""

from datetime import datetime
from uuid import UUID

from scheduling.domain.agenda_refusals import AgendaWithdrawn, QuotaBelowUsed
from scheduling.repository import quotas
from scheduling.usecases.answers import rendered
from shared import audit, outbox
from shared.audit import Actor
from shared.database import Database
from shared.errors import Invalid, NotFound

OPERATION = "set-web-quota"


async def set_web_quota(
    database: Database,
    actor: Actor,
    agenda_id: UUID,
    web_quota: int,
    *,
    preview: bool,
    now: datetime,
) -> bytes:
    """The day with its quota before and after, as JSON; a preview changes nothing but the audit.

    Raises NotFound, AgendaWithdrawn, QuotaBelowUsed with the least possible, Invalid for more than
    the day has places.
    """

    async def once() -> bytes:
        async with database.transaction() as tx:
            day = await quotas.read(tx, agenda_id, hold=not preview)
            if day is None:
                raise NotFound
            if day.state != "open":
                raise AgendaWithdrawn
            if web_quota < day.web_used:
                raise QuotaBelowUsed(day.web_used)
            if web_quota > day.places:
                message = f"El día tiene {day.places} lugares."
                fault = {"pointer": "/web_quota", "code": "too-many", "message": message}
                raise Invalid(errors=[fault])
            operation = f"{OPERATION}-preview" if preview else OPERATION
            await audit.record(tx, actor, operation, [agenda_id], now=now)
            if not preview and web_quota != day.web_quota:
                fact, version = await quotas.write(tx, agenda_id, web_quota)
                await outbox.add(tx, fact, sequence=version, now=now)
            return rendered(
                {
                    "agenda_id": agenda_id,
                    "preview": preview,
                    "places": day.places,
                    "taken": day.taken,
                    "web_used": day.web_used,
                    "web_quota_before": day.web_quota,
                    "web_quota": web_quota,
                }
            )

    return await database.retrying(once)
