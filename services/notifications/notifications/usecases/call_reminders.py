"""Queues the reminders whose time has come; from then on they are mails like any other."""

from datetime import datetime

from notifications.repository import ledger
from shared.database import Database

_AT_ONCE = 500


async def call_reminders(database: Database, now: datetime) -> int:
    """Until none is left; returns how many. Several processes may do it at once."""
    called = 0
    while True:
        async with database.transaction() as tx:
            found = await ledger.call_planned(tx, now, _AT_ONCE)
        called += found
        if found < _AT_ONCE:
            return called
