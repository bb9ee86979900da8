"""What a member may book: services, doctors, days, slots (R-20 to R-25)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import Record

from scheduling.domain.appointment import AgendaFull
from scheduling.domain.availability import day_state, web_places_left
from scheduling.domain.refusals import refusal
from scheduling.models import (
    Availability,
    Day,
    DoctorItem,
    Doctors,
    ServiceItem,
    Services,
    SlotItem,
    Slots,
)  # fmt: skip
from shared.database import Transaction
from shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose menu it is, and the figures that hold in that member's unit today."""

    member_id: UUID
    unit: str
    zone: str
    today: date
    earliest: datetime
    last_day: date


async def scope(tx: Transaction, *, family_id: UUID, member_id: UUID, now: datetime) -> Scope:
    """The member's scope; NotFound unless the family has this member (R-20)."""
    row = await tx.fetchrow(
        """
        SELECT home_unit, zone, today, lead_minutes, horizon_days
        FROM members JOIN units ON code = home_unit
        CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE zone)::date AS today) AS local
        CROSS JOIN LATERAL policy_on(today)
        WHERE member_id = $1 AND family_id = $2
        """,
        member_id,
        family_id,
        now,
    )
    if row is None:
        raise NotFound
    return Scope(
        member_id=member_id,
        unit=row["home_unit"],
        zone=row["zone"],
        today=row["today"],
        earliest=now + timedelta(minutes=row["lead_minutes"]),
        last_day=row["today"] + timedelta(days=row["horizon_days"]),
    )


async def services(tx: Transaction, scope: Scope, *, family_id: UUID, now: datetime) -> Services:
    """Every service of the profile: bookable, or the slug of why not."""
    rows = await tx.fetch(
        """
        SELECT code, name, coalesce(
            rule_coverage(members, $3, $3, true),
            rule_referral(member_id, code, $3),
            rule_sanction($2, true, $4, $5)) ->> 'slug' AS reason
        FROM services CROSS JOIN members
        WHERE offered AND member_id = $1 ORDER BY ordinal
        """,
        scope.member_id,
        family_id,
        scope.today,
        now,
        scope.zone,
    )
    return Services(
        items=[
            ServiceItem(
                code=row["code"],
                name=row["name"],
                bookable=row["reason"] is None,
                reason=row["reason"],
            )
            for row in rows
        ]
    )


async def assert_open(tx: Transaction, scope: Scope, service: str) -> None:
    """Raises NotFound for an unknown service, not-covered, or referral-required (R-22)."""
    row = await tx.fetchrow(
        """
        SELECT coalesce(rule_coverage(members, $3, $3, true),
                        rule_referral(member_id, code, $3)) ->> 'slug' AS slug
        FROM services CROSS JOIN members WHERE member_id = $1 AND code = $2 AND offered
        """,
        scope.member_id,
        service,
        scope.today,
    )
    if row is None:
        raise NotFound
    if row["slug"] is not None:
        raise refusal(row["slug"], {})


async def doctors(tx: Transaction, scope: Scope, service: str) -> Doctors:
    """The unit's doctors of a service, by shift and name (R-21)."""
    rows = await tx.fetch(
        """
        SELECT doctor_id AS id, doctors.name, shift, service, unit
        FROM templates JOIN doctors USING (doctor_id)
        WHERE unit = $1 AND service = $2 ORDER BY shift DESC, doctors.name, doctor_id
        """,
        scope.unit,
        service,
    )
    return Doctors(items=[DoctorItem(**row) for row in rows])


async def availability(
    tx: Transaction, scope: Scope, service: str, *, doctor: UUID | None, first: date, last: date
) -> Availability:
    """Days by date, then doctor. The counters tell; only near days are counted slot by slot."""
    rows = await tx.fetch(
        """
        SELECT date, doctor_id, web_quota, web_used,
            CASE WHEN date > $6 THEN places - taken ELSE (
                SELECT count(*) FROM slots
                WHERE slots.agenda_id = agenda_days.agenda_id AND appointment_id IS NULL
                    AND starts_at >= $7) END AS free
        FROM agenda_days
        WHERE unit = $1 AND service = $2 AND date BETWEEN $4 AND $5 AND state = 'open'
            AND ($3::uuid IS NULL OR doctor_id = $3)
        ORDER BY date, doctor_id
        """,
        scope.unit,
        service,
        doctor,
        max(first, scope.today),
        min(last, scope.last_day),
        scope.today + timedelta(days=1),
        scope.earliest,
    )
    days = []
    for row in rows:
        left = web_places_left(
            free=row["free"], web_quota=row["web_quota"], web_used=row["web_used"]
        )
        state = day_state(free=row["free"], web_left=left)
        days.append(
            Day(date=row["date"], doctor_id=row["doctor_id"], web_places_left=left, state=state)
        )
    return Availability(days=days)


async def slots(
    tx: Transaction, scope: Scope, service: str, *, day: date, doctor: UUID | None
) -> Slots:
    """The day's free slots, by time and doctor; also where the web's quota is used up."""
    rows = await tx.fetch(
        """
        SELECT slot_id, starts_at, ends_at, slots.doctor_id
        FROM slots JOIN agenda_days USING (agenda_id)
        WHERE slots.unit = $1 AND slots.service = $2 AND slots.date = $3
            AND ($4::uuid IS NULL OR slots.doctor_id = $4)
            AND appointment_id IS NULL AND starts_at >= $5 AND state = 'open' AND slots.date <= $6
        ORDER BY starts_at, slots.doctor_id
        """,
        scope.unit,
        service,
        day,
        doctor,
        scope.earliest,
        scope.last_day,
    )
    return Slots(items=[_slot(row, scope) for row in rows])


async def first_slot(tx: Transaction, scope: Scope, service: str) -> Slots:
    """The first slot with any doctor that the web may still take; AgendaFull when none is left."""
    row = await tx.fetchrow(
        """
        SELECT slot_id, starts_at, ends_at, slots.doctor_id
        FROM slots JOIN agenda_days USING (agenda_id)
        WHERE slots.unit = $1 AND slots.service = $2 AND starts_at >= $3 AND slots.date <= $4
            AND appointment_id IS NULL AND state = 'open' AND web_used < web_quota
        ORDER BY starts_at, slots.doctor_id LIMIT 1
        """,
        scope.unit,
        service,
        scope.earliest,
        scope.last_day,
    )
    if row is None:
        raise AgendaFull
    return Slots(items=[_slot(row, scope)])


def _slot(row: Record, scope: Scope) -> SlotItem:
    zone = ZoneInfo(scope.zone)
    return SlotItem(
        id=row["slot_id"],
        starts_at=row["starts_at"].astimezone(zone),
        ends_at=row["ends_at"].astimezone(zone),
        doctor_id=row["doctor_id"],
    )
