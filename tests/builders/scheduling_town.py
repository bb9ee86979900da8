"""A town for scheduling's proofs: families, doctors and staff who act at a clock of their own."""

import json
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
from checker.journal import Line, digest

from builders.agendas import ADMINISTRATOR, staff_key
from builders.scheduling import GENERAL, MONDAY, NOW, PROFILE, UNIT, Family, World
from scheduling.domain.agenda import Template
from scheduling.repository import agendas
from scheduling.repository.agendas import Doctor
from scheduling.usecases.adopt_profile import adopt_profile
from scheduling.usecases.plan_publication import Range
from scheduling.usecases.publish_range import publish_range
from shared.contracts.identity import MemberChanged
from shared.database import Database
from shared.errors import DomainError
from shared.ids import uuid7

SPECIALTY = "ginecologia"
DAYS = 4
"""So many days are published when a town begins, from MONDAY on."""


@dataclass(slots=True)
class Booked:
    """An appointment that stood once, and whose it is."""

    appointment_id: UUID
    family: Family


@dataclass(slots=True)
class Town:
    """Three families of two, two general doctors, a specialist, and what clients wrote down."""

    database: Database
    world: World
    now: datetime = NOW
    families: list[Family] = field(default_factory=list)
    doctors: list[tuple[UUID, str]] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    journal: list[Line] = field(default_factory=list)
    told: dict[str, bytes] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)
    _versions: "count[int]" = field(default_factory=lambda: count(2))

    async def slots(self) -> list[UUID]:
        """Every published slot, in an order that is the same in every town."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT slot_id FROM slots ORDER BY starts_at,"
                " array_position($1::uuid[], doctor_id)",
                [doctor_id for doctor_id, _ in self.doctors],
            )
        return [row["slot_id"] for row in rows]

    async def attempt(self, what: str, work: Awaitable[bytes]) -> bytes | None:
        """The answer, or None when a rule refused; anything else is a fault and goes through."""
        try:
            answer = await work
        except DomainError as refusal:
            self.ended[f"{what} {refusal.slug}"] += 1
            return None
        self.ended[f"{what} ok"] += 1
        return answer

    async def book(
        self, family: Family, member_id: UUID, slot_id: UUID, *, channel: str
    ) -> bytes | None:
        """Books as the family's own client, and writes it down."""
        key = str(uuid7())
        work = self.world.book(
            family, slot_id, member_id=member_id, now=self.now, key=key, channel=channel
        )
        answer = await self.attempt("book", work)
        self.write(family.account_id, key, member_id, slot_id, answer)
        if answer is not None:
            self.told[key] = answer
            self.booked.append(Booked(UUID(json.loads(answer)["id"]), family))
        return answer

    def write(
        self, account_id: UUID, key: str, member_id: UUID, slot_id: UUID, answer: bytes | None
    ) -> None:
        """A line of the journal."""
        told: dict[str, Any] = {"outcome": "fail"}
        if answer is not None:
            told = {
                "outcome": "ok",
                "appointment_id": json.loads(answer)["id"],
                "answer": digest(answer),
            }
        self.journal.append(
            Line(key=key, account_id=account_id, member_id=member_id, slot_id=slot_id, **told)
        )

    async def publish(self, doctor: int, first: date, days: int = DAYS) -> bytes | None:
        """Publishes a doctor's days by the use case of staff."""
        doctor_id, service = self.doctors[doctor]
        wanted = Range(doctor_id, service, first, first + timedelta(days=days - 1), {})
        key = staff_key("publish")
        work = publish_range(self.database, key, ADMINISTRATOR, wanted, now=self.now)
        return await self.attempt("publish", work)

    async def coverage(self, member: UUID, family: Family, valid_to: date | None) -> None:
        """The roll says until when a member is covered; the clock ticks before and after."""
        self.now += timedelta(seconds=1)
        fact = MemberChanged(
            member_id=member,
            family_id=family.family_id,
            holder=member == family.holder,
            relation="holder" if member == family.holder else "child",
            home_unit=UNIT,
            valid_from=date(2020, 1, 1),
            valid_to=valid_to,
        )
        await self.world.arrives(fact, sequence=next(self._versions), at=self.now)
        self.now += timedelta(seconds=1)


def week(doctor_id: UUID, service: str, opens: time, closes: time, quota: int) -> Template:
    """A doctor's week of the same hours every day, twenty minutes each."""
    return Template(
        doctor_id=doctor_id,
        service=service,
        unit=UNIT,
        weekdays=(1, 2, 3, 4, 5, 6, 7),
        opens=opens,
        closes=closes,
        slot_minutes=20,
        web_quota=quota,
    )


async def new_town(database: Database, owner: asyncpg.Connection) -> Town:
    """Everything before is forgotten; the profile is adopted, three doctors' days are published."""
    tables = await owner.fetch(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
    )
    await owner.execute(f"TRUNCATE {', '.join(row['tablename'] for row in tables)}")
    await adopt_profile(database, PROFILE)
    town = Town(database, World(database))
    town.families = [await town.world.family(size=2) for _ in range(3)]
    for service, opens in ((GENERAL, time(8)), (GENERAL, time(8)), (SPECIALTY, time(8, 10))):
        doctor = Doctor(uuid7(), "Dra. Ejemplo Demostración", UNIT, "morning")
        town.doctors.append((doctor.doctor_id, service))
        async with database.transaction() as tx:
            await agendas.put_doctor(tx, doctor)
            await agendas.put_template(
                tx, week(doctor.doctor_id, service, opens, time(9, 40), quota=3)
            )
        await town.publish(len(town.doctors) - 1, MONDAY)
    return town


def some(items: Sequence[Any], number: int) -> Any:
    """One of the items by any number; None where there is none."""
    return items[number % len(items)] if items else None
