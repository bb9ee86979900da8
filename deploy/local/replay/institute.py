"""The demo institute as a replay sees it: its units, the busiest first, and their days."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

SERVICE = "medicina_general"

# From tomorrow on, as far as the horizon of booking reaches; by local days.
_DAYS = """
SELECT agenda_days.unit, array_agg(DISTINCT agenda_days.date ORDER BY agenda_days.date) AS days,
    (SELECT count(*) FROM members WHERE home_unit = agenda_days.unit) AS members
FROM agenda_days JOIN units ON code = agenda_days.unit
CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE zone)::date AS today) AS local
WHERE service = $1 AND state = 'open' AND agenda_days.date > today
    AND agenda_days.date <= today + (policy_on(today)).horizon_days
GROUP BY agenda_days.unit ORDER BY members DESC, agenda_days.unit
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and the days on which it can be booked, in order."""

    code: str
    days: tuple[date, ...]

    def day(self, lead_days: int) -> date:
        """The day so many days after the next one with agendas; the first that follows with any.

        Who wants a day beyond the horizon takes the last that there is, as a person would.
        """
        wanted = self.days[0] + timedelta(days=lead_days)
        return self.days[min(bisect_left(self.days, wanted), len(self.days) - 1)]


async def units(scheduling_url: str) -> list[Unit]:
    """Units with agendas ahead, those with the most members first."""
    connection = await asyncpg.connect(scheduling_url)
    try:
        rows = await connection.fetch(_DAYS, SERVICE)
    finally:
        await connection.close()
    return [Unit(row["unit"], tuple(row["days"])) for row in rows]
