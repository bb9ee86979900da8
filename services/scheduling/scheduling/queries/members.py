"""What a member may book: services and their doctors, in the home unit (R-20 to R-22)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from asyncpg import Range

from scheduling.domain.refusals import refusal
from scheduling.models import DoctorItem, Doctors, Place, ServiceItem, Services
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
    place: Place
    with_counter: "Range[datetime]"
    """Starting times that are the counter's now, whatever the web's quota has left (R-24)."""


async def scope(tx: Transaction, *, family_id: UUID, member_id: UUID, now: datetime) -> Scope:
    """The member's scope; NotFound unless the family has this member (R-20)."""
    row = await tx.fetchrow(
        """
        SELECT home_unit, zone, today, lead_minutes, horizon_days, name, address, phone, hours,
            counter_times(policy, $3) AS with_counter
        FROM members JOIN units ON code = home_unit
        CROSS JOIN LATERAL (SELECT ($3::timestamptz AT TIME ZONE zone)::date AS today) AS local
        CROSS JOIN LATERAL policy_on(today) AS policy
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
        place=Place(
            code=row["home_unit"],
            name=row["name"],
            address=row["address"],
            phone=row["phone"],
            hours=row["hours"],
        ),
        with_counter=row["with_counter"],
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
    """The unit's doctors of a service, by shift and name, each once whatever the week (R-21)."""
    rows = await tx.fetch(
        """
        SELECT DISTINCT doctor_id AS id, doctors.name, shift, service, unit
        FROM templates JOIN doctors USING (doctor_id)
        WHERE unit = $1 AND service = $2 ORDER BY shift DESC, name, id
        """,
        scope.unit,
        service,
    )
    return Doctors(items=[DoctorItem(**row) for row in rows])
