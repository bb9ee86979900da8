"""Every role at every staff operation of the counter, in its own unit and in another (R-14, R-33).

The cells are generated from the operations themselves: one that is added without a line in CALLS
makes the first test fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from builders.desk import BOUND, Clerk, audited, clerk, sanctioned
from builders.scheduling import GENERAL, MONDAY, OTHER_UNIT, UNIT, World
from builders.scheduling_api import Api

from scheduling.api import (
    staff_appointments,
    staff_audit,
    staff_days,
    staff_members,
    staff_sanctions,
)
from shared.auth import Role
from shared.operations import Operation

MODULES = (staff_members, staff_appointments, staff_days, staff_sanctions, staff_audit)
OPERATIONS: dict[str, Operation] = {
    str(operation.audited): operation for module in MODULES for operation in module.routes
}
AT_THE_COUNTER: frozenset[Role] = frozenset({"front_desk", "archive", "operator"})
WHO_SEE_PEOPLE: frozenset[Role] = frozenset({"front_desk", "archive", "doctor"})
ALLOWED: dict[str, frozenset[Role]] = {
    "find-members": AT_THE_COUNTER | {"doctor"},
    "list-member-appointments": AT_THE_COUNTER,
    "list-member-services": AT_THE_COUNTER,
    "list-member-doctors": AT_THE_COUNTER,
    "list-member-availability": AT_THE_COUNTER,
    "list-member-slots": AT_THE_COUNTER,
    "find-appointment": AT_THE_COUNTER | {"doctor"},
    "book-for-member": AT_THE_COUNTER,
    "cancel-for-member": AT_THE_COUNTER,
    "record-attendance": WHO_SEE_PEOPLE,
    "undo-attendance": WHO_SEE_PEOPLE,
    "read-unit-day": AT_THE_COUNTER | {"doctor", "administrator"},
    "list-sanctions": AT_THE_COUNTER | {"administrator"},
    "lift-sanction": frozenset({"front_desk", "administrator"}),
    "read-audit": frozenset({"auditor", "administrator"}),
}
SEARCHES = {"find-members", "find-appointment", "read-audit"}
"""They find nothing beyond the unit's door, instead of not being there."""


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
        if self.caller in BOUND and not self.own_unit and self.operation not in SEARCHES:
            return 404
        return OPERATIONS[self.operation].status

    def __str__(self) -> str:
        return f"{self.caller} {self.operation} {'own' if self.own_unit else 'other'} unit"


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to act on: a sanctioned family of UNIT and its appointment, the hour come."""

    member: UUID
    family: UUID
    appointment: str
    folio: str
    doctor: UUID
    slot: UUID
    sanction: UUID

    def call(self, operation: Operation) -> tuple[str, dict[str, Any] | None]:
        path = (
            operation.path.replace("{member_id}", str(self.member))
            .replace("{appointment_id}", self.appointment)
            .replace("{sanction_id}", str(self.sanction))
            .replace("{code}", UNIT)
            .replace("{day}", str(MONDAY))
        )
        queries = {
            "find-members": "?query=demostracion",
            "find-appointment": f"?folio={self.folio}",
            "list-member-doctors": f"?service={GENERAL}",
            "list-member-availability": f"?service={GENERAL}",
            "list-member-slots": f"?service={GENERAL}&first=true",
            "list-sanctions": f"?family={self.family}",
        }
        bodies: dict[str, dict[str, Any]] = {
            "book-for-member": {"member_id": str(self.member), "slot_id": str(self.slot)},
            "cancel-for-member": {"reason": "A petición."},
            "record-attendance": {"state": "attended"},
            "undo-attendance": {"reason": "Se marcó por error."},
            "lift-sanction": {"reason": "Fue una urgencia."},
        }
        name = str(operation.audited)
        return path + queries.get(name, ""), bodies.get(name)


def _cells(operation: str) -> Iterator[Cell]:
    for caller in ("anonymous", *get_args(Role)):
        for own_unit in (True, False) if caller in BOUND else (True,):
            yield Cell(operation, caller, own_unit)


@pytest.fixture
async def scene(world: World, api: Api) -> Scene:
    family, day = await world.family(), await world.day()
    later = await world.day(day=MONDAY + timedelta(days=1))
    booked = (await clerk(api).book(family.holder, day.slots[0])).body
    until = day.starts[0] + timedelta(days=9)
    sanction = await sanctioned(world, family.family_id, booked["id"], until)
    api.clock.set(day.starts[0])
    return Scene(
        family.holder, family.family_id, booked["id"], booked["folio"], day.doctor_id,
        later.slots[0], sanction,
    )  # fmt: skip


def test_every_staff_operation_is_audited_and_stands_in_the_matrix() -> None:
    assert set(OPERATIONS) == set(ALLOWED)
    for name, operation in OPERATIONS.items():
        assert operation.path.startswith("/v1/staff/")
        assert operation.roles == ALLOWED[name]
        assert operation.idempotent == (operation.method == "POST")


@pytest.mark.parametrize("operation", ALLOWED)
async def test_r_14_each_role_does_what_is_its_own_and_leaves_one_row(
    world: World, api: Api, scene: Scene, operation: str
) -> None:
    for cell in _cells(operation):
        before = len(await audited(world, operation))
        state = await _everything(world)

        status, slug = await _act(api, scene, cell)

        assert status == cell.status, (str(cell), slug)
        rows = (await audited(world, operation))[before:]
        if cell.caller == "anonymous":
            assert rows == []
        else:
            (row,) = rows
            assert (row["role"], row["outcome"]) == (cell.caller, slug or "done"), str(cell)
        if cell.status >= 400:
            assert await _everything(world) == state, str(cell)
        await _restore(world, scene)


async def _act(api: Api, scene: Scene, cell: Cell) -> tuple[int, str | None]:
    operation = OPERATIONS[cell.operation]
    path, body = scene.call(operation)
    if cell.caller in ("anonymous", "affiliate"):
        claims = {"sub": str(scene.slot), "role": "affiliate", "family_id": str(scene.family)}
        token = None if cell.caller == "anonymous" else api.token(**claims)
        headers = {"Idempotency-Key": f"{cell}".replace(" ", "-")}
        given = {} if body is None else {"json": body}
        answer = await api.call(operation.method, path, token, headers=headers, **given)
    else:
        unit = UNIT if cell.own_unit else OTHER_UNIT
        who: Clerk = clerk(api, cell.caller, unit=unit, doctor_id=scene.doctor)
        answer = await who.call(operation.method, path, body)
    return answer.status, answer.slug if answer.status >= 400 else None


async def _everything(world: World) -> list[object]:
    tables = ("appointments", "sanctions", "slots", "agenda_days", "outbox", "idempotency_keys")
    return [
        await world.value(f"SELECT coalesce(string_agg(t::text, '|'), '') FROM {table} AS t")
        for table in tables
    ]


async def _restore(world: World, scene: Scene) -> None:
    """The scene as it was, for the next caller."""
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE slots SET appointment_id = NULL WHERE slot_id = $1", scene.slot)
        await tx.execute("DELETE FROM appointments WHERE slot_id = $1", scene.slot)
        await tx.execute("UPDATE agenda_days SET taken = 0, web_used = 0 WHERE date <> $1", MONDAY)
        await tx.execute(
            "UPDATE appointments SET state = 'booked', cancelled_at = NULL, version = 1"
        )
        await tx.execute("UPDATE agenda_days SET taken = 1 WHERE date = $1", MONDAY)
        await tx.execute("UPDATE sanctions SET lifted_at = NULL, version = 1")
