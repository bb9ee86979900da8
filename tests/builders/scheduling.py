"""Builders for scheduling's database: a family, a doctor's day, a key; valid by default."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling import consumers
from scheduling.domain.agenda import Template, slots_of
from scheduling.repository import agendas
from scheduling.repository.agendas import AgendaDay, Doctor
from scheduling.usecases.book_appointment import book_appointment
from shared import idempotency, outbox
from shared.contracts.clinical import ReferralDescribed, ReferralIssued
from shared.contracts.event import Event, Fact
from shared.database import Database
from shared.errors import DomainError
from shared.idempotency import IdempotencyKey
from shared.ids import uuid7
from shared.profile import load_profile
from shared.received import Received

INSTITUTE = Path(__file__).parents[2] / "deploy" / "institutes" / "issstecali"
PROFILE = load_profile(INSTITUTE)
UNIT = PROFILE.units[0].code
OTHER_UNIT = PROFILE.units[1].code
ZONE = ZoneInfo("America/Tijuana")
GENERAL = "medicina_general"

MONDAY = date(2031, 3, 3)
NOW = datetime(2031, 3, 1, 18, 0, tzinfo=UTC)
"""A Saturday, ten in the morning in Tijuana; MONDAY is the next working day."""


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant given by Tijuana's wall clock."""
    return datetime.combine(day, time(hour, minute, second), tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Family:
    family_id: UUID
    account_id: UUID
    members: list[UUID] = field(default_factory=list)

    @property
    def holder(self) -> UUID:
        return self.members[0]


@dataclass(frozen=True, slots=True)
class DoctorDay:
    agenda_id: UUID
    doctor_id: UUID
    date: date
    slots: list[UUID]
    starts: list[datetime]


@dataclass(slots=True)
class World:
    """Writes rows as the events and commands would."""

    database: Database

    async def family(
        self,
        *,
        size: int = 1,
        unit: str = UNIT,
        valid_from: date = date(2020, 1, 1),
        valid_to: date | None = None,
    ) -> Family:
        """A family whose first member is the holder, all covered unless told otherwise."""
        family = Family(uuid7(), uuid7())
        async with self.database.transaction() as tx:
            await tx.execute("INSERT INTO families VALUES ($1)", family.family_id)
            for place in range(size):
                member_id = uuid7()
                family.members.append(member_id)
                await tx.execute(
                    "INSERT INTO members VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
                    member_id,
                    family.family_id,
                    place == 0,
                    "holder" if place == 0 else "child",
                    unit,
                    valid_from,
                    valid_to,
                    NOW,
                )
                await tx.execute(
                    "INSERT INTO member_descriptions VALUES ($1, $2, $3, $4, 1, $5)",
                    member_id,
                    f"Ejemplo {place} Demostración",
                    f"{place:08d}",
                    date(1980, 1, 1),
                    NOW,
                )
        return family

    async def day(
        self,
        *,
        day: date = MONDAY,
        slots: int = 6,
        quota: int | None = None,
        minutes: int = 20,
        opens: time = time(8),
        service: str = GENERAL,
        unit: str = UNIT,
        doctor_id: UUID | None = None,
        zone: ZoneInfo = ZONE,
    ) -> DoctorDay:
        """A doctor's published day with so many slots; the web may take all unless told."""
        doctor = Doctor(doctor_id or uuid7(), "Dra. Ejemplo Demostración", unit, "morning")
        closes = (datetime.combine(day, opens) + timedelta(minutes=minutes * slots)).time()
        template = Template(
            doctor_id=doctor.doctor_id,
            service=service,
            unit=unit,
            weekdays=(1, 2, 3, 4, 5, 6, 7),
            opens=opens,
            closes=closes,
            slot_minutes=minutes,
            web_quota=slots if quota is None else quota,
        )
        made = [(uuid7(), *slot) for slot in slots_of(template, day, zone)]
        agenda = AgendaDay(uuid7(), template, day, made)
        async with self.database.transaction() as tx:
            await agendas.put_doctor(tx, doctor)
            await agendas.put_template(tx, template)
            await agendas.publish(tx, [agenda], NOW)
        return DoctorDay(
            agenda.agenda_id,
            doctor.doctor_id,
            day,
            [slot_id for slot_id, _, _ in made],
            [starts_at for _, starts_at, _ in made],
        )

    async def arrives(
        self,
        fact: Fact,
        *,
        sequence: int = 1,
        at: datetime = NOW,
        republished: bool = False,
    ) -> None:
        """The fact's own handler applies an event, in a transaction of its own."""
        text = outbox.envelope(fact, event_id=uuid7(), sequence=sequence, now=at)
        model: type[Event[Any]] = Event[type(fact)]  # type: ignore[assignment,misc]  # built at run time
        received = Received(model.model_validate_json(text), republished, fact.producer())
        handlers = {
            kind: handler
            for subscription in consumers.SUBSCRIPTIONS
            for kind, handler in subscription.handlers.items()
        }
        async with self.database.transaction() as tx:
            await handlers[type(fact)](tx, received)

    async def refer(self, member_id: UUID, service: str, valid_to: date) -> UUID:
        """The member is referred to a service until a day; both facts have arrived."""
        referral_id = uuid7()
        await self.arrives(ReferralIssued(referral_id=referral_id, state="issued"))
        await self.arrives(
            ReferralDescribed(
                referral_id=referral_id, member_id=member_id, service=service, valid_to=valid_to
            )
        )
        return referral_id

    async def book(
        self,
        family: Family,
        slot_id: UUID,
        *,
        member_id: UUID | None = None,
        now: datetime = NOW,
        key: str | None = None,
        channel: str = "web",
    ) -> bytes:
        """Books as the API would."""
        member = member_id or family.holder
        body = f"{member} {slot_id}".encode()
        return await book_appointment(
            self.database,
            a_key(family, "POST /v1/appointments", key=key, body=body),
            family_id=family.family_id,
            member_id=member,
            slot_id=slot_id,
            channel=channel,
            now=now,
        )

    async def value(self, sql: str, *arguments: object) -> object:
        """One value, read as the app role."""
        async with self.database.connection() as connection:
            found: object = await connection.fetchval(sql, *arguments)
            return found


def a_key(
    family: Family, operation: str, *, key: str | None = None, body: bytes = b""
) -> IdempotencyKey:
    """An idempotency key of the family's account; a fresh one unless given."""
    return IdempotencyKey(
        family.account_id, operation, key or str(uuid7()), idempotency.digest(body)
    )


async def outcomes(works: list[Callable[[], Awaitable[bytes]]]) -> list[str]:
    """Runs all at once; each ends in `ok` or its refusal's slug."""

    async def one(work: Callable[[], Awaitable[bytes]]) -> str:
        try:
            await work()
        except DomainError as refusal:
            return refusal.slug
        return "ok"

    return await asyncio.gather(*(one(work) for work in works))
