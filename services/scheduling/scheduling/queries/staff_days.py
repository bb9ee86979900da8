"""A unit's day: who comes when, and how each doctor's day stands (R-33)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import Record

from scheduling.desk_models import DayRow, DeskMember, Gauge, UnitDay
from scheduling.models import Doctor, Named
from shared import cursors
from shared.database import Transaction
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows and gauges: of one doctor or service where given."""

    unit: str
    date: date
    doctor: UUID | None
    service: str | None


async def day(
    tx: Transaction, wanted: Wanted, *, limit: int, cursor: str | None, now: datetime
) -> UnitDay:
    """A page of rows by time, and the gauges of the whole day; NotFound for an unknown unit."""
    unit = await tx.fetchrow("SELECT name, zone FROM units WHERE code = $1", wanted.unit)
    if unit is None:
        raise NotFound
    zone = ZoneInfo(unit["zone"])
    rows = await _rows(tx, wanted, limit=limit + 1, cursor=cursor)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return UnitDay(
        unit=Named(code=wanted.unit, name=unit["name"]),
        date=wanted.date,
        items=[_row(row, zone) for row in page],
        next=cursors.write(last["starts_at"], last["appointment_id"]) if last else None,
        gauges=[_gauge(row) for row in await _gauges(tx, wanted, zone, now)],
    )


async def _rows(tx: Transaction, wanted: Wanted, *, limit: int, cursor: str | None) -> list[Record]:
    given: list[object] = [wanted.unit, wanted.date, wanted.doctor, wanted.service, limit]
    after = ""
    if cursor is not None:
        given += cursors.read(cursor)
        after = "AND (appointments.starts_at, appointment_id) > ($6, $7)"
    return await tx.fetch(
        f"""
        SELECT appointment_id, folio, appointments.starts_at, appointments.ends_at,
            appointments.state, channel, appointments.member_id, family_id, display_name,
            affiliation_number, birth_on, appointments.doctor_id, doctors.name AS doctor_name,
            shift, appointments.service, services.name AS service_name
        FROM agenda_days JOIN appointments USING (agenda_id)
        JOIN doctors ON doctors.doctor_id = appointments.doctor_id
        JOIN services ON services.code = appointments.service
        LEFT JOIN member_descriptions USING (member_id)
        WHERE agenda_days.unit = $1 AND agenda_days.date = $2 AND appointments.state <> 'cancelled'
            AND ($3::uuid IS NULL OR agenda_days.doctor_id = $3)
            AND ($4::text IS NULL OR agenda_days.service = $4) {after}
        ORDER BY appointments.starts_at, appointment_id LIMIT $5
        """,
        *given,
    )


async def _gauges(tx: Transaction, wanted: Wanted, zone: ZoneInfo, now: datetime) -> list[Record]:
    return await tx.fetch(
        """
        SELECT doctor_id, doctors.name AS doctor_name, shift, service,
            services.name AS service_name, agenda_id, agenda_days.state AS agenda,
            places AS total, taken, free, web_quota, web_used, web_left,
            free - web_left AS desk_free
        FROM agenda_days JOIN doctors USING (doctor_id) JOIN services ON code = service
        CROSS JOIN LATERAL day_gauge(agenda_days, policy_on($5), $6)
        WHERE agenda_days.unit = $1 AND date = $2 AND ($3::uuid IS NULL OR doctor_id = $3)
            AND ($4::text IS NULL OR service = $4)
        ORDER BY ordinal, shift DESC, doctors.name, doctor_id
        """,
        wanted.unit,
        wanted.date,
        wanted.doctor,
        wanted.service,
        now.astimezone(zone).date(),
        now,
    )


def _row(row: Record, zone: ZoneInfo) -> DayRow:
    return DayRow(
        id=row["appointment_id"],
        folio=row["folio"],
        starts_at=row["starts_at"].astimezone(zone),
        ends_at=row["ends_at"].astimezone(zone),
        member=DeskMember(
            id=row["member_id"],
            family_id=row["family_id"],
            name=row["display_name"] or "",
            affiliation_number=row["affiliation_number"],
            birth_on=row["birth_on"],
        ),
        doctor=_doctor(row),
        service=Named(code=row["service"], name=row["service_name"]),
        state=row["state"],
        channel=row["channel"],
    )


def _doctor(row: Record) -> Doctor:
    return Doctor(id=row["doctor_id"], name=row["doctor_name"], shift=row["shift"])


def _gauge(row: Record) -> Gauge:
    return Gauge(
        doctor=_doctor(row), service=Named(code=row["service"], name=row["service_name"]), **{
            key: row[key] for key in (
                "agenda_id", "agenda", "total", "taken", "free", "web_quota", "web_used",
                "web_left", "desk_free",
            )
        },
    )  # fmt: skip
