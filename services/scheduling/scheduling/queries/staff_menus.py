"""What staff may book for a member: the whole agenda, whatever the web's quota (R-33)."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import Record

from scheduling.desk_models import DeskAvailability, DeskDay, DeskSlots
from scheduling.domain.appointment import AgendaFull
from scheduling.domain.refusals import refusal
from scheduling.models import ServiceItem, Services, SlotItem
from scheduling.queries.members import Scope
from shared.database import Transaction
from shared.errors import NotFound

_FREE = """
    SELECT slot_id, starts_at, ends_at, slots.doctor_id
    FROM slots JOIN agenda_days USING (agenda_id)
    WHERE slots.unit = $1 AND slots.service = $2 AND starts_at > $3 AND slots.date <= $4
        AND appointment_id IS NULL AND state = 'open'
"""


async def services(tx: Transaction, scope: Scope) -> Services:
    """Every service of the profile: bookable at the counter, or the slug of why not."""
    rows = await tx.fetch(
        """
        SELECT code, name, coalesce(
            rule_coverage(members, $2, $2, false),
            rule_referral(member_id, code, $2)) ->> 'slug' AS reason
        FROM services CROSS JOIN members
        WHERE offered AND member_id = $1 ORDER BY ordinal
        """,
        scope.member_id,
        scope.today,
    )
    return Services(items=[ServiceItem(bookable=row["reason"] is None, **row) for row in rows])


async def assert_open(tx: Transaction, scope: Scope, service: str) -> None:
    """Raises NotFound for an unknown service, not-covered, or referral-required (R-22)."""
    row = await tx.fetchrow(
        """
        SELECT coalesce(rule_coverage(members, $3, $3, false),
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


async def availability(
    tx: Transaction, scope: Scope, service: str, *, doctor: UUID | None, first: date, last: date
) -> DeskAvailability:
    """Days by date, then doctor, with how many places are whose."""
    rows = await tx.fetch(
        """
        SELECT date, doctor_id, places AS total, taken, free, web_quota, web_used, web_left,
            free - web_left AS desk_free,
            CASE WHEN free > 0 THEN 'open' ELSE 'full' END AS state
        FROM agenda_days CROSS JOIN LATERAL day_gauge(agenda_days, policy_on($6), $7)
        WHERE unit = $1 AND service = $2 AND date BETWEEN $4 AND $5 AND agenda_days.state = 'open'
            AND ($3::uuid IS NULL OR doctor_id = $3)
        ORDER BY date, doctor_id
        """,
        scope.unit,
        service,
        doctor,
        max(first, scope.today),
        min(last, scope.last_day),
        scope.today,
        scope.earliest,
    )
    return DeskAvailability(days=[DeskDay(**row) for row in rows])


async def slots(
    tx: Transaction, scope: Scope, service: str, *, day: date, doctor: UUID | None
) -> DeskSlots:
    """The day's free times that have not begun, by time and doctor."""
    rows = await tx.fetch(
        f"{_FREE} AND slots.date = $5 AND ($6::uuid IS NULL OR slots.doctor_id = $6)"
        " ORDER BY starts_at, slots.doctor_id",
        scope.unit,
        service,
        scope.earliest,
        scope.last_day,
        day,
        doctor,
    )
    return DeskSlots(items=[_slot(row, scope) for row in rows])


async def first_slot(tx: Transaction, scope: Scope, service: str) -> DeskSlots:
    """The first free time with any doctor; AgendaFull when none is left within the horizon."""
    row = await tx.fetchrow(
        f"{_FREE} ORDER BY starts_at, slots.doctor_id LIMIT 1",
        scope.unit,
        service,
        scope.earliest,
        scope.last_day,
    )
    if row is None:
        raise AgendaFull
    return DeskSlots(items=[_slot(row, scope)])


def _slot(row: Record, scope: Scope) -> SlotItem:
    zone = ZoneInfo(scope.zone)
    return SlotItem(
        id=row["slot_id"],
        starts_at=row["starts_at"].astimezone(zone),
        ends_at=row["ends_at"].astimezone(zone),
        doctor_id=row["doctor_id"],
    )
