"""Every role at every operation on agendas, in its own unit and in another (R-14, R-31, R-32)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import pytest
from builders.desk import BOUND, audited, clerk
from builders.scheduling import GENERAL, MONDAY, OTHER_UNIT, UNIT, DoctorDay, World
from builders.scheduling_api import Api

from scheduling.api import staff_agendas, staff_closures, staff_doctors, staff_moves
from shared.auth import Role
from shared.operations import Operation

MODULES = (staff_agendas, staff_doctors, staff_closures, staff_moves)
OPERATIONS: dict[str, Operation] = {
    str(operation.audited): operation for module in MODULES for operation in module.routes
}
LOOKERS: frozenset[Role] = frozenset({"administrator", "front_desk", "archive", "operator"})
ADMINISTRATOR: frozenset[Role] = frozenset({"administrator"})
ALLOWED: dict[str, frozenset[Role]] = {
    "list-agendas": LOOKERS,
    "publish-agendas": ADMINISTRATOR,
    "withdraw-agenda": ADMINISTRATOR,
    "set-web-quota": ADMINISTRATOR,
    "list-doctors": LOOKERS,
    "read-template": LOOKERS,
    "set-template": ADMINISTRATOR,
    "list-holidays": LOOKERS,
    "declare-holiday": ADMINISTRATOR,
    "list-absences": LOOKERS,
    "declare-absence": ADMINISTRATOR,
    "move-appointment": frozenset({"front_desk", "operator", "administrator"}),
}
HOURS = {
    "service": GENERAL, "weekdays": [1], "from": "08:00", "to": "10:00", "slot_minutes": 20,
    "web_quota": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A day of UNIT with one appointment, and a day to move to."""

    day: DoctorDay
    target: DoctorDay
    appointment: str

    def call(self, operation: Operation) -> tuple[str, dict[str, Any] | None]:
        doctor = str(self.day.doctor_id)
        path = (
            operation.path.replace("{doctor_id}", doctor)
            .replace("{agenda_id}", str(self.day.agenda_id))
            .replace("{appointment_id}", self.appointment)
        )
        day = str(MONDAY)
        bodies: dict[str, dict[str, Any]] = {
            "publish-agendas": {"doctor": doctor, "service": GENERAL, "from": day, "to": day},
            "withdraw-agenda": {
                "doctor": doctor, "service": GENERAL, "date": day, "mode": "cancel",
                "reason": "Falla eléctrica",
            },
            "set-web-quota": {"web_quota": 2},
            "set-template": {"hours": [HOURS]},
            "declare-holiday": {"date": day, "name": "Aniversario", "unit": UNIT},
            "declare-absence": {
                "doctor": doctor, "from": day, "to": day, "reason": "Curso", "mode": "move",
            },
            "move-appointment": {"slot_id": str(self.target.slots[0]), "reason": "Cambio"},
        }  # fmt: skip
        name = str(operation.audited)
        query = f"?unit={UNIT}" if name.startswith("list-") else ""
        return path + query, bodies.get(name)


@pytest.fixture
async def scene(world: World, api: Api) -> Scene:
    family, day = await world.family(), await world.day()
    target = await world.day(day=MONDAY + timedelta(days=1))
    booked = (await clerk(api).book(family.holder, day.slots[0])).body
    return Scene(day, target, booked["id"])


def test_every_operation_is_audited_and_stands_in_the_matrix() -> None:
    assert set(OPERATIONS) == set(ALLOWED)
    for name, operation in OPERATIONS.items():
        assert operation.path.startswith("/v1/staff/")
        assert operation.roles == ALLOWED[name]
        assert operation.idempotent == (operation.method == "POST")


@pytest.mark.parametrize("operation", ALLOWED)
async def test_r_14_each_role_does_what_is_its_own_and_leaves_one_row(
    world: World, api: Api, scene: Scene, operation: str
) -> None:
    declared = OPERATIONS[operation]
    path, body = scene.call(declared)
    # Who may not comes first: what they try must not have happened.
    callers = sorted(get_args(Role), key=lambda role: role in ALLOWED[operation])
    expected = []
    for role in callers:
        for unit in (OTHER_UNIT, UNIT) if role in BOUND else (UNIT,):
            if role in ALLOWED[operation] and (role, unit) != ("front_desk", OTHER_UNIT):
                continue
            status = 403 if role not in ALLOWED[operation] else 404
            answer = await clerk(api, role, unit=unit).call(declared.method, path, body)
            assert answer.status == status, (role, unit, answer.body)
            expected.append(answer.slug)
    allowed = next(role for role in sorted(ALLOWED[operation], reverse=True))
    answer = await clerk(api, allowed).call(declared.method, path, body)

    assert answer.status == declared.status, answer.body
    rows = await audited(world, operation)
    assert [row["outcome"] for row in rows] == [*expected, "done"]
    assert (await api.call(declared.method, path, None, headers={})).status == 401


async def test_who_may_look_without_naming_a_unit_sees_the_own_alone(
    world: World, api: Api
) -> None:
    here, there = await world.day(), await world.day(unit=OTHER_UNIT)

    own = await clerk(api).get("/v1/staff/agendas")
    every = await clerk(api, "administrator").get("/v1/staff/agendas")
    foreign = await clerk(api).get(f"/v1/staff/doctors/{there.doctor_id}/template")

    assert [one["id"] for one in own.body["items"]] == [str(here.agenda_id)]
    assert {one["id"] for one in every.body["items"]} == {str(here.agenda_id), str(there.agenda_id)}
    assert foreign.status == 404


async def test_a_preview_needs_a_key_and_stores_none(world: World, api: Api, scene: Scene) -> None:
    administrator = clerk(api, "administrator")
    for name in ("publish-agendas", "withdraw-agenda", "declare-holiday", "declare-absence"):
        path, body = scene.call(OPERATIONS[name])
        shown = await administrator.call("POST", f"{path}?preview=true", body, "una")
        assert (shown.status, shown.body["preview"]) == (OPERATIONS[name].status, True), shown.body
    path, body = scene.call(OPERATIONS["move-appointment"])
    moved = await administrator.call("POST", f"{path}?preview=true", body, "una")
    quota = await administrator.call(
        "PATCH", f"/v1/staff/agendas/{scene.day.agenda_id}?preview=true", {"web_quota": 2}
    )

    assert (moved.status, moved.body["preview"]) == (200, True)
    assert (quota.status, quota.body["web_quota_before"]) == (200, 6)
    # Booking the scene stored the only key.
    assert await world.value("SELECT count(*) FROM idempotency_keys") == 1
