"""Delivery figures for staff; the look leaves its row in the audit (R-52)."""

from datetime import datetime

from notifications.repository.figures import Figures, delivery_figures
from shared import audit
from shared.audit import Actor
from shared.database import Database

OPERATION = "read-mail-figures"


async def read_figures(
    database: Database, actor: Actor, since: datetime, until: datetime, *, now: datetime
) -> Figures:
    """Of the mails that came onto the ledger in that time."""
    async with database.transaction() as tx:
        found = await delivery_figures(tx, since, until)
        await audit.record(tx, actor, OPERATION, [], now=now)
    return found
