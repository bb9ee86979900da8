"""Staff at scheduling's counter: a role with its unit, calling the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from builders.scheduling import UNIT, DoctorDay, Family, World
from builders.scheduling_api import Answer, Api
from shared.ids import uuid7

BOUND = ("front_desk", "archive", "doctor")


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody of the staff; makes calls with a token of the role."""

    api: Api
    account_id: UUID
    role: str
    unit: str | None
    doctor_id: UUID | None

    async def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        claims = {"sub": str(self.account_id), "role": self.role}
        if self.unit is not None:
            claims["unit"] = self.unit
        if self.doctor_id is not None:
            claims["doctor_id"] = str(self.doctor_id)
        headers = {"Idempotency-Key": key or str(uuid7())} if method == "POST" else {}
        given = {} if body is None else {"json": body}
        token = self.api.token(**claims)
        return await self.api.call(method, path, token, headers=headers, **given)

    async def get(self, path: str) -> Answer:
        return await self.call("GET", path)

    async def book(self, member_id: UUID, slot_id: UUID, key: str | None = None) -> Answer:
        body = {"member_id": str(member_id), "slot_id": str(slot_id)}
        return await self.call("POST", "/v1/staff/appointments", body, key)

    async def cancel(self, appointment: str, reason: str = "A petición.") -> Answer:
        path = f"/v1/staff/appointments/{appointment}/cancellation"
        return await self.call("POST", path, {"reason": reason})

    async def mark(self, appointment: str, state: str, reason: str | None = None) -> Answer:
        body = {"state": state} | ({} if reason is None else {"reason": reason})
        return await self.call("PUT", f"/v1/staff/appointments/{appointment}/attendance", body)

    async def undo(self, appointment: str, reason: str = "Se marcó por error.") -> Answer:
        path = f"/v1/staff/appointments/{appointment}/attendance"
        return await self.call("DELETE", path, {"reason": reason})

    async def lift(self, sanction_id: object, key: str | None = None) -> Answer:
        path = f"/v1/staff/sanctions/{sanction_id}/lifting"
        return await self.call("POST", path, {"reason": "Fue una urgencia."}, key)


def clerk(
    api: Api, role: str = "front_desk", *, unit: str = UNIT, doctor_id: UUID | None = None
) -> Clerk:
    """Somebody of this role, in the unit where the role is bound to one."""
    if role == "doctor":
        doctor_id = doctor_id or uuid7()
    return Clerk(api, uuid7(), role, unit if role in BOUND else None, doctor_id)


async def audited(world: World, operation: str) -> list[dict[str, Any]]:
    """The audit's rows of an operation, the oldest first."""
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT actor_id, role, unit, subjects, outcome, reason FROM audit"
            " WHERE operation = $1 ORDER BY audit_id",
            operation,
        )
    return [dict(row) for row in rows]


async def facts(world: World, subject: str) -> list[tuple[str, int]]:
    """What was published of a subject, as `(routing key, sequence)` in order."""
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT routing_key, (body::json ->> 'sequence')::int AS sequence FROM outbox"
            " WHERE body::json ->> 'subject' = $1 AND exchange = 'sisa.events' ORDER BY position",
            subject,
        )
    return [(row["routing_key"], row["sequence"]) for row in rows]


async def sanctioned(world: World, family_id: UUID, appointment: str, until: object) -> UUID:
    """A sanction that the appointment's cancellation would have caused."""
    sanction_id = uuid7()
    async with world.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO sanctions (sanction_id, family_id, appointment_id, rule, until,"
            " imposed_at) VALUES ($1, $2, $3, 'late', $4::timestamptz, $4 - interval '30 days')",
            sanction_id,
            family_id,
            UUID(appointment),
            until,
        )
    return sanction_id


async def named(world: World, member_id: UUID, name: str, number: str | None = None) -> None:
    """The roll describes the member otherwise."""
    async with world.database.transaction() as tx:
        await tx.execute(
            "UPDATE member_descriptions SET display_name = $2,"
            " affiliation_number = coalesce($3, affiliation_number) WHERE member_id = $1",
            member_id,
            name,
            number,
        )


async def booked(world: World, desk: Clerk, **day: Any) -> tuple[Family, DoctorDay, dict[str, Any]]:
    """A family with an appointment that the desk booked at the day's first time."""
    family, made = await world.family(), await world.day(**day)
    answer = await desk.book(family.holder, made.slots[0])
    assert answer.status == 201, answer.body
    return family, made, answer.body
