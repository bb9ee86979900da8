"""Staff of identity's tests: made, activated and logged in by identity's own use cases."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

from builders.identity import Answered, World
from builders.roll import UNIT
from identity.domain.staff import BOUND, NewStaff, StaffRole
from identity.parts import PASSWORDS
from identity.usecases.activate_demo_staff import activate_demo_staff
from shared.ids import uuid7

ROLES: tuple[StaffRole, ...] = (
    "front_desk", "archive", "operator", "doctor", "authoriser", "administrator", "auditor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member with a session."""

    world: World
    account_id: UUID
    role: StaffRole
    email: str
    token: str

    async def get(self, path: str) -> Answered:
        return await self.world.call("GET", path, bearer=self.token)

    async def post(self, path: str, body: Any, key: str | None = None) -> Answered:
        headers = {"Idempotency-Key": key or str(uuid7())}
        return await self.world.call("POST", path, body, bearer=self.token, headers=headers)

    async def hand_out(self, member_id: UUID, key: str | None = None, **changed: Any) -> Answered:
        body = {
            "member_id": str(member_id),
            "email": "ventanilla@example.org",
            "identity_check": "INE, termina en 1234",
        } | changed
        return await self.post("/v1/staff/serial-handouts", body, key)

    async def create(self, key: str | None = None, **changed: Any) -> Answered:
        body = {"role": "operator", "unit": None, "email": "nueva@example.org"} | changed
        return await self.post("/v1/staff/accounts", body, key)

    async def close(self, account_id: UUID, key: str | None = None, **changed: Any) -> Answered:
        body = {"reason": "Dejó la institución."} | changed
        return await self.post(f"/v1/staff/accounts/{account_id}/closure", body, key)


async def staff(
    world: World, role: StaffRole, *, unit: str = UNIT, email: str | None = None
) -> Staff:
    """A staff member of this role, in the unit where the role is bound to one."""
    address = email or f"{role}.{uuid7().hex}@example.org"
    wanted = NewStaff(
        role=role,
        unit=unit if role in BOUND else None,
        doctor_id=uuid7() if role == "doctor" else None,
        email=address,
        email_key=address,
        name=f"Personal {role}",
    )
    (login,) = await activate_demo_staff(
        world.database,
        world.app[PASSWORDS],
        [wanted],
        locale="es-MX",
        password_expires_at=world.clock() + timedelta(days=30),
        now=world.clock(),
    )
    answer = await world.log_in(login.username, login.password)
    assert answer.status == 201, answer.body
    token = answer.body["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    return Staff(world, UUID(claims["sub"]), role, address, token)


async def member_id(world: World, number: str) -> UUID:
    """The member with this affiliation number."""
    async with world.database.connection() as connection:
        found: UUID = await connection.fetchval(
            "SELECT member_id FROM members WHERE affiliation_number = $1", number
        )
    return found


async def audited(world: World, operation: str) -> list[dict[str, Any]]:
    """The audit's rows of an operation, the oldest first."""
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT actor_id, role, unit, subjects, outcome, reason FROM audit"
            " WHERE operation = $1 ORDER BY audit_id",
            operation,
        )
    return [dict(row) for row in rows]


async def everything(world: World) -> str:
    """Every row of every table that the service can read, as text."""
    async with world.database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')"
        )
        rows = [await connection.fetch(f"SELECT * FROM {row['tablename']}") for row in tables]
    return "\n".join(str(tuple(row)) for table in rows for row in table)
