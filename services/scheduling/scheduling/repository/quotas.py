"""One day's places and what the web may take of them (R-24)."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.scheduling import AgendaPublished
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Places:
    """A day's counters."""

    state: str
    places: int
    taken: int
    web_quota: int
    web_used: int


async def read(tx: Transaction, agenda_id: UUID, *, hold: bool) -> Places | None:
    """The day's counters; held, nobody books or cancels on this day until the end."""
    row = await tx.fetchrow(
        "SELECT state, places, taken, web_quota, web_used FROM agenda_days WHERE agenda_id = $1"
        + (" FOR NO KEY UPDATE" if hold else ""),
        agenda_id,
    )
    return None if row is None else Places(**row)


async def write(tx: Transaction, agenda_id: UUID, web_quota: int) -> tuple[AgendaPublished, int]:
    """Sets the quota of this day alone; the fact and its version."""
    row = await tx.fetchrow(
        "UPDATE agenda_days SET web_quota = $2, version = version + 1 WHERE agenda_id = $1"
        " RETURNING unit, date, version",
        agenda_id,
        web_quota,
    )
    if row is None:
        raise LookupError(agenda_id)
    fact = AgendaPublished(agenda_id=agenda_id, unit=row["unit"], date=row["date"])
    return fact, row["version"]
