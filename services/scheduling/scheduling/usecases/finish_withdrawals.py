"""Finish withdrawals that wait: of holidays and absences, and those whose request ended early."""

from datetime import datetime, timedelta

import structlog

from scheduling.repository import withdrawals
from scheduling.usecases.empty_day import HorizonOn, empty_day
from shared.database import GONE, Database

PATIENCE = timedelta(seconds=10)
"""How long a request is left to finish its own withdrawal: longer than any request lives."""
BATCH = 20
_log = structlog.get_logger()


async def finish_withdrawals(database: Database, *, horizon_on: HorizonOn, now: datetime) -> int:
    """Empties what waits, one transaction for each day; how many days it looked at.

    A day that fails is logged and stays closed until it succeeds; it never holds up the others.
    """
    async with database.connection() as connection:
        waiting = await withdrawals.waiting(connection, now - PATIENCE, BATCH)
    for withdrawal_id in waiting:
        try:
            await empty_day(database, withdrawal_id, horizon_on=horizon_on, now=now)
        except GONE:
            raise
        except Exception:  # noqa: BLE001  # whatever is wrong with one day is that day's alone
            _log.exception("withdrawal_failed", withdrawal_id=withdrawal_id)
    return len(waiting)
