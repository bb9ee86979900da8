"""Coverage that ends with a day is told as an event once the day is over (R-20, R-34)."""

from datetime import date, datetime

from identity.repository import roll_swap
from shared import trace
from shared.database import Database

_AT_ONCE = 500


async def lapse_members(database: Database, *, today: date, now: datetime) -> int:
    """Tells of every member whose `valid_to` is before today; returns how many there were."""
    total = 0
    while True:
        async with database.transaction() as tx:
            count = await roll_swap.lapsed(
                tx, now=now, today=today, traceparent=trace.traceparent()
            )
        total += count
        if count < _AT_ONCE:
            return total
