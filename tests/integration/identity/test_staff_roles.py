"""Every role at every staff operation, in its own unit and in another: who may, and what is told.

The cells are generated from the service's own operations: one that is added without a line in
ALLOWED makes the first test fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

import pytest
from builders.identity import Answered, World
from builders.roll import NUMBER, OTHER_UNIT, UNIT
from builders.staff import ROLES, Staff, audited, member_id, staff

from identity.api.staff import routes
from identity.domain.staff import BOUND, StaffRole
from shared.auth import Role
from shared.ids import uuid7
from shared.operations import Operation

ALLOWED: dict[str, frozenset[Role]] = {
    "create-staff-account": frozenset({"administrator"}),
    "close-staff-account": frozenset({"administrator"}),
    "hand-out-serial": frozenset({"front_desk", "archive"}),
    "read-audit": frozenset({"administrator", "auditor"}),
}
OF_A_UNIT = {"hand-out-serial"}
"""What ends at the unit's door: elsewhere it isn't there."""
OPERATIONS = {operation.audited: operation for operation in routes}
CALLERS = ("anonymous", *get_args(Role))


@dataclass(frozen=True, slots=True)
class Cell:
    operation: str
    caller: str
    own_unit: bool

    @property
    def status(self) -> int:
        if self.caller == "anonymous":
            return 401
        if self.caller not in ALLOWED[self.operation]:
            return 403
        if self.operation in OF_A_UNIT and not self.own_unit:
            return 404
        return OPERATIONS[self.operation].status

    def __str__(self) -> str:
        return f"{self.caller} {self.operation} {'own' if self.own_unit else 'other'} unit"


def _cells() -> Iterator[Cell]:
    for operation in ALLOWED:
        for caller in CALLERS:
            for own_unit in (True, False):
                yield Cell(operation, caller, own_unit)


CELLS = list(_cells())


@dataclass(slots=True)
class Cast:
    """Somebody of each role in both units, and what they act on."""

    world: World
    member: UUID
    family_token: str
    people: dict[tuple[str, bool], Staff] = field(default_factory=dict)

    async def bearer(self, cell: Cell) -> str | None:
        if cell.caller == "anonymous":
            return None
        if cell.caller == "affiliate":
            return self.family_token
        found = self.people.get((cell.caller, cell.own_unit))
        assert found is not None
        return found.token

    async def act(self, cell: Cell) -> Answered:
        operation = OPERATIONS[cell.operation]
        path, body = await self._call(operation)
        headers = {"Idempotency-Key": str(uuid7())} if operation.idempotent else {}
        return await self.world.call(
            operation.method, path, body, bearer=await self.bearer(cell), headers=headers
        )

    async def _call(self, operation: Operation) -> tuple[str, dict[str, Any] | None]:
        match operation.audited:
            case "create-staff-account":
                email = f"{uuid7().hex}@example.org"
                return operation.path, {"role": "operator", "email": email}
            case "close-staff-account":
                victim = await staff(self.world, "operator")
                path = operation.path.replace("{account_id}", str(victim.account_id))
                return path, {"reason": "Fin del encargo."}
            case "hand-out-serial":
                return operation.path, {
                    "member_id": str(self.member), "email": "ventanilla@example.org",
                    "identity_check": "Pasaporte",
                }  # fmt: skip
            case _:
                return operation.path, None


@pytest.fixture
async def cast(world: World) -> Cast:
    password = await world.activated()
    answer = await world.log_in(NUMBER, password)
    return Cast(world, await member_id(world, NUMBER), answer.body["access_token"])


async def _hire(cast: Cast, cell: Cell) -> None:
    if cell.caller in ROLES:
        role: StaffRole = cell.caller
        unit = UNIT if cell.own_unit else OTHER_UNIT
        cast.people[cell.caller, cell.own_unit] = await staff(cast.world, role, unit=unit)


def test_every_staff_operation_is_audited_and_stands_in_the_matrix() -> None:
    assert set(OPERATIONS) == set(ALLOWED)
    for name, operation in OPERATIONS.items():
        assert operation.path.startswith("/v1/staff/")
        assert operation.roles == ALLOWED[str(name)]
        assert operation.idempotent == (operation.method == "POST")
    assert len(CELLS) == 4 * 9 * 2


@pytest.mark.parametrize("cell", CELLS, ids=str)
async def test_r_14_each_role_does_what_is_its_own_and_leaves_one_row(
    cast: Cast, cell: Cell
) -> None:
    await _hire(cast, cell)
    tables: tuple[str, ...] = (
        "accounts",
        "links",
        "deliveries",
        "serial_handouts",
        "outbox",
        "idempotency_keys",
    )
    if cell.operation == "close-staff-account":
        # The account to be closed is made inside.
        tables = ("deliveries", "serial_handouts", "idempotency_keys")
    before = [await cast.world.count(table) for table in tables]

    answer = await cast.act(cell)

    assert answer.status == cell.status, answer.body
    rows = await audited(cast.world, cell.operation)
    if cell.caller == "anonymous":
        assert rows == []
    else:
        (row,) = rows
        assert row["role"] == cell.caller
        assert row["outcome"] == ("done" if cell.status < 400 else answer.slug)
        bound = cell.caller in BOUND
        assert row["unit"] == ((UNIT if cell.own_unit else OTHER_UNIT) if bound else None)
    if cell.status >= 400:
        assert [await cast.world.count(table) for table in tables] == before


async def test_the_refused_learn_nothing_of_what_is_there(cast: Cast, world: World) -> None:
    clerk = await staff(world, "front_desk")
    other = await staff(world, "operator")

    answers = [await clerk.close(other.account_id), await clerk.close(uuid7())]

    assert [one.status for one in answers] == [403, 403]
    assert answers[0].body["detail"] == answers[1].body["detail"]
    rows = await audited(world, "close-staff-account")
    assert rows[0]["subjects"] == [other.account_id]
    assert await world.me(cast.family_token) == 200


async def test_a_malformed_and_an_invalid_request_leave_their_row_too(world: World) -> None:
    administrator = await staff(world, "administrator")

    answers = [
        await administrator.get("/v1/staff/audit?limit=0"),
        await administrator.get("/v1/staff/audit?unknown=1"),
        await administrator.get("/v1/staff/audit?cursor=AAAA"),
        await world.call("POST", "/v1/staff/accounts", {}, bearer=administrator.token),
    ]

    assert {one.status for one in answers} <= {400, 422}
    assert len(await audited(world, "read-audit")) == 3
    assert len(await audited(world, "create-staff-account")) == 1
