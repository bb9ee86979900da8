"""Agendas at the calendar's ends and in weeks of several blocks (R-21, R-31)."""

from typing import Any

import pytest
from builders.desk import clerk
from builders.scheduling import GENERAL, UNIT, World
from builders.scheduling_api import Api

LAST = "9999-12-31"


async def test_r_21_a_doctor_whose_week_has_several_blocks_is_listed_once(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day()
    morning = {
        "service": GENERAL, "weekdays": [1], "from": "08:00", "to": "10:00", "slot_minutes": 20,
        "web_quota": 3,
    }  # fmt: skip
    week = [morning, morning | {"weekdays": [2]}, morning | {"from": "16:00", "to": "17:00"}]
    path = f"/v1/staff/doctors/{day.doctor_id}/template"
    put = await clerk(api, "administrator").call("PUT", path, {"hours": week})
    members = f"members/{family.holder}/doctors?service={GENERAL}"

    shown = await api.get(family, f"/v1/{members}")
    at_the_desk = await clerk(api).get(f"/v1/staff/{members}")

    assert put.status == 200, put.body
    assert [doctor["id"] for doctor in shown.body["items"]] == [str(day.doctor_id)]
    assert shown.body == at_the_desk.body


@pytest.mark.parametrize("kind", ["agendas", "holidays", "absences"])
@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", LAST])
async def test_r_31_a_list_that_would_begin_beyond_the_calendar_is_malformed(
    api: Api, kind: str, day: str
) -> None:
    answer = await clerk(api, "administrator").get(f"/v1/staff/{kind}?from={day}")

    assert (answer.status, answer.slug) == (400, "malformed-request")


@pytest.mark.parametrize(
    ("kind", "given", "pointer"),
    [
        ("agendas/publications", {"service": GENERAL, "from": LAST, "to": LAST}, "/from"),
        ("absences", {"from": "2031-03-04", "to": LAST, "reason": "Viaje", "mode": "move"}, "/to"),
        ("holidays", {"date": LAST, "name": "Fin"}, "/date"),
    ],
)
async def test_r_31_a_day_beyond_the_calendar_is_invalid_and_not_a_failure(
    world: World, api: Api, kind: str, given: dict[str, Any], pointer: str
) -> None:
    day = await world.day()
    whose = {} if kind == "holidays" else {"doctor": str(day.doctor_id)}

    answer = await clerk(api, "administrator").call("POST", f"/v1/staff/{kind}", whose | given)

    assert answer.status == 422, answer.body
    assert pointer in [fault["pointer"] for fault in answer.body["errors"]]
    assert {fault["message"] for fault in answer.body["errors"]} <= {
        "Es mayor que lo permitido.",
    }


@pytest.mark.parametrize("role", ["administrator", "front_desk"])
async def test_r_31_the_last_days_of_the_calendar_are_listed(api: Api, role: str) -> None:
    desk = clerk(api, role)
    for kind in ("agendas", "holidays"):
        answer = await desk.get(f"/v1/staff/{kind}?unit={UNIT}&from=2199-12-31")
        assert answer.status == 200, answer.body
