"""Builders for clinical records: people, doctors, visits, papers; valid by default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from aiohttp import web

from builders.clinical_acts import (
    DIAGNOSES,
    GENERAL,
    REASON,
    authorise,
    issue_leave,
    prescribe,
    withdraw,
)
from builders.clinical_api import NOW, UNIT, Api, Person
from clinical_records import consumers
from shared.contracts.event import Event, Fact
from shared.database import Database
from shared.ids import uuid7
from shared.outbox import envelope
from shared.received import Received


@dataclass(frozen=True, slots=True)
class Family:
    family_id: UUID
    account: Person
    members: list[UUID] = field(default_factory=list)

    @property
    def holder(self) -> UUID:
        return self.members[0]


@dataclass(slots=True)
class Clinic:
    """The service, and rows as events would write them."""

    api: Api
    database: Database
    app_url: str
    owner_url: str

    async def owner(self) -> asyncpg.Connection:
        """A connection as the owner of the tables; the test closes it."""
        return await asyncpg.connect(self.owner_url)

    async def family(
        self,
        *born: date,
        unit: str = UNIT,
        valid_from: date = date(2020, 1, 1),
        valid_to: date | None = None,
    ) -> Family:
        """A holder, and a relative for each date of birth; all covered unless told otherwise."""
        family_id = uuid7()
        family = Family(family_id, self.api.person("affiliate", family_id=family_id))
        for place, birth_on in enumerate((date(1980, 1, 1), *born)):
            member_id = uuid7()
            family.members.append(member_id)
            await self.execute(
                "INSERT INTO members VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
                member_id, family_id, place == 0, "holder" if place == 0 else "child", unit,
                valid_from, valid_to, NOW,
            )  # fmt: skip
            await self.execute(
                "INSERT INTO member_descriptions VALUES ($1, $2, $3, $4, 1, $5)",
                member_id, f"Persona {place} de Muestra", f"9000{place:04d}", birth_on, NOW,
            )  # fmt: skip
        return family

    async def doctor(self, unit: str = UNIT, service: str = GENERAL) -> Person:
        """A doctor whom scheduling knows, and who gives the service."""
        doctor = self.api.person("doctor", unit=unit, doctor_id=uuid7())
        await self.execute(
            "INSERT INTO doctors VALUES ($1, 'Dra. Modelo Ejemplo', $2, 'morning', 1, $3)",
            doctor.doctor_id, unit, NOW,
        )  # fmt: skip
        await self.visit(doctor, uuid7(), NOW - timedelta(days=30), service=service)
        return doctor

    async def visit(
        self,
        doctor: Person,
        member_id: UUID,
        starts_at: datetime,
        *,
        service: str = GENERAL,
        state: str = "booked",
    ) -> UUID:
        """An appointment as its projections hold it."""
        appointment_id = uuid7()
        await self.execute(
            "INSERT INTO appointments VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
            appointment_id, member_id, uuid7(), doctor.unit, starts_at,
            starts_at + timedelta(minutes=20), state, NOW,
        )  # fmt: skip
        await self.execute(
            "INSERT INTO appointment_descriptions VALUES ($1, $2, $3, 1, $4)",
            appointment_id, doctor.doctor_id, service, NOW,
        )  # fmt: skip
        return appointment_id

    async def prescribed(self, doctor: Person, member_id: UUID, **changed: Any) -> str:
        """A prescription issued over HTTP; returns its id."""
        answer = await prescribe(doctor, member_id, **changed)
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    async def leave(
        self, doctor: Person, member_id: UUID, state: str = "issued", **changed: Any
    ) -> str:
        """A sick leave as far as this state; returns its id. Sealing is the database's alone."""
        answer = await issue_leave(doctor, member_id, **changed)
        assert answer.status == 201, answer.body
        leave = str(answer.body["id"])
        officer = self.api.person("authoriser")
        if state in {"authorised", "sealed"}:
            assert (await authorise(officer, leave)).status == 200
        if state == "sealed":
            await self.execute(
                "UPDATE sick_leaves SET state = 'sealed', sealed_at = $2, version = version + 1"
                " WHERE sick_leave_id = $1",
                UUID(leave), self.api.clock(),
            )  # fmt: skip
        if state == "revoked":
            path = f"/v1/staff/sick-leaves/{leave}/revocation"
            assert (await officer.post(path, {"reason": REASON})).status == 200
        return leave

    async def withdrawn(self, member_id: UUID, *, unit: str = UNIT, withdrawn: bool = True) -> None:
        answer = await withdraw(self.api.person("front_desk", unit=unit), member_id, withdrawn)
        assert answer.status == 200, answer.body

    async def diagnoses(self) -> None:
        for code, label in DIAGNOSES.items():
            await self.execute("INSERT INTO diagnoses VALUES ($1, $2, $2)", code, label)

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.database.connection() as connection:
            await connection.execute(sql, *arguments)

    async def value(self, sql: str, *arguments: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(sql, *arguments)

    async def audited(self, operation: str | None = None) -> list[dict[str, Any]]:
        """The audit's rows, the oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT actor_id, role, unit, operation, subjects, outcome, reason FROM audit"
                " WHERE $1::text IS NULL OR operation = $1 ORDER BY audit_id",
                operation,
            )
        return [dict(row) for row in rows]

    async def events(self, routing_key: str) -> list[dict[str, Any]]:
        """Envelopes that wait in the outbox, the oldest first."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT body FROM outbox WHERE routing_key = $1 ORDER BY position", routing_key
            )
        return [orjson.loads(row["body"]) for row in rows]

    async def hear(self, fact: Fact, sequence: int) -> None:
        """Applies an event as the consumer does."""
        handlers: dict[type[Fact], Callable[..., Any]] = {}
        for subscription in consumers.subscriptions(self.app):
            handlers |= dict(subscription.handlers)
        text = envelope(fact, event_id=uuid7(), sequence=sequence, now=self.api.clock())
        event = Event[type(fact)].model_validate_json(text)  # type: ignore[misc]  # built at run time
        async with self.database.transaction() as tx:
            await handlers[type(fact)](
                tx, Received(event, republished=False, producer=fact.producer())
            )

    @property
    def app(self) -> web.Application:
        return self.api.app
