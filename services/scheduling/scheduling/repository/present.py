"""Every subject's present state as facts with their versions: what a republish sends."""

from collections.abc import AsyncIterator, Callable

from asyncpg import Record

from shared.contracts.event import Fact
from shared.contracts.scheduling import (
    AgendaPublished,
    AgendaWithdrawn,
    AppointmentAttended,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentDescribed,
    AppointmentMissed,
    DoctorDescribed,
    SanctionImposed,
    SanctionLifted,
)
from shared.database import Database

Facts = AsyncIterator[tuple[Fact, int]]

_PAGE = 1000
_BY_STATE: dict[str, type[Fact]] = {
    "booked": AppointmentBooked,
    "cancelled": AppointmentCancelled,
    "attended": AppointmentAttended,
    "no_show": AppointmentMissed,
}


async def _rows(database: Database, table: str, key: str, columns: str) -> AsyncIterator[Record]:
    """The whole table in pages by its key: no statement is long, memory stays flat."""
    after = None
    while True:
        async with database.connection() as connection:
            page = await connection.fetch(
                f"SELECT {key}, {columns} FROM {table} WHERE $1::uuid IS NULL OR {key} > $1"
                f" ORDER BY {key} LIMIT $2",
                after,
                _PAGE,
            )
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        after = page[-1][key]


async def appointments(database: Database) -> Facts:
    columns = (
        "state, version, described_version, appointment_fact(appointments) AS fact,"
        " appointment_description(appointments) AS description"
    )
    async for row in _rows(database, "appointments", "appointment_id", columns):
        yield _BY_STATE[row["state"]].model_validate_json(row["fact"]), row["version"]
        described = AppointmentDescribed.model_validate_json(row["description"])
        yield described, row["described_version"]


async def doctors(database: Database) -> Facts:
    columns = "name, unit, shift, described_version"
    async for row in _rows(database, "doctors", "doctor_id", columns):
        yield DoctorDescribed.model_validate(dict(row)), row["described_version"]


async def agendas(database: Database) -> Facts:
    async for row in _rows(database, "agenda_days", "agenda_id", "unit, date, state, version"):
        fact = AgendaWithdrawn if row["state"] == "withdrawn" else AgendaPublished
        yield fact.model_validate(dict(row)), row["version"]


async def sanctions(database: Database) -> Facts:
    columns = "family_id, until, rule, lifted_at, version"
    async for row in _rows(database, "sanctions", "sanction_id", columns):
        fact = SanctionImposed if row["lifted_at"] is None else SanctionLifted
        yield fact.model_validate(dict(row)), row["version"]


KINDS: dict[str, Callable[[Database], Facts]] = {
    "appointments": appointments,
    "doctors": doctors,
    "agendas": agendas,
    "sanctions": sanctions,
}
