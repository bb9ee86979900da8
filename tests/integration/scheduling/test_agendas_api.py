"""Agendas over HTTP for staff: what is sent is judged, what is answered fits its model."""

from datetime import timedelta
from typing import Any

import pytest
from builders.desk import clerk
from builders.scheduling import GENERAL, MONDAY, UNIT, World
from builders.scheduling_api import Api

from scheduling.agenda_models import (
    Agendas,
    MovedAppointment,
    Published,
    Quota,
    StaffDoctors,
    WithdrawnDay,
)
from scheduling.closure_models import Absences, Closure, Holidays
from shared.ids import uuid7

HOURS = {
    "service": GENERAL, "weekdays": [1, 2], "from": "08:00", "to": "10:00", "slot_minutes": 20,
    "web_quota": 3,
}  # fmt: skip
NEXT = MONDAY + timedelta(days=7)


async def test_a_week_is_set_shown_and_published(world: World, api: Api) -> None:
    day, administrator = await world.day(), clerk(api, "administrator")
    path = f"/v1/staff/doctors/{day.doctor_id}/template"
    afternoon = HOURS | {"weekdays": [2], "from": "16:00", "to": "17:00", "web_quota": 1}

    put = await administrator.call("PUT", path, {"hours": [HOURS, afternoon]})
    again = await administrator.call("PUT", path, {"hours": [HOURS, afternoon]})
    shown = await clerk(api).get(path)
    published = await administrator.call(
        "POST",
        "/v1/staff/agendas/publications",
        {
            "doctor": str(day.doctor_id),
            "service": GENERAL,
            "from": str(NEXT),
            "to": str(NEXT + timedelta(days=2)),
        },
    )

    assert put.status == 200, put.body
    assert put.body == again.body == shown.body
    assert shown.body["hours"] == [HOURS, afternoon]
    assert shown.body["doctor"]["id"] == str(day.doctor_id)
    days = Published.model_validate(published.body).days
    assert [(one.result, one.added) for one in days] == [
        ("published", 6),
        ("published", 9),
        ("skipped", 0),
    ]
    doctors = StaffDoctors.model_validate(
        (await clerk(api).get(f"/v1/staff/doctors?unit={UNIT}")).body
    )
    assert [one.services for one in doctors.items] == [[GENERAL]]


@pytest.mark.parametrize(
    ("hours", "pointer"),
    [
        ([HOURS | {"from": "10:00"}], "/hours/0"),
        ([HOURS | {"weekdays": [1, 1]}], "/hours/0"),
        ([HOURS | {"weekdays": [0]}], "/hours/0/weekdays/0"),
        ([HOURS | {"weekdays": []}], "/hours/0/weekdays"),
        ([HOURS | {"from": "8:00"}], "/hours/0/from"),
        ([HOURS | {"from": "08:00:00"}], "/hours/0/from"),
        ([HOURS | {"from": "٠٨:00"}], "/hours/0/from"),
        ([HOURS | {"to": "24:00"}], "/hours/0/to"),
        ([HOURS | {"slot_minutes": 4}], "/hours/0/slot_minutes"),
        ([HOURS | {"slot_minutes": "20"}], "/hours/0/slot_minutes"),
        ([HOURS | {"web_quota": -1}], "/hours/0/web_quota"),
        ([HOURS | {"service": "astrologia"}], "/hours/0/service"),
        ([HOURS, HOURS], "/hours"),
        ([HOURS | {"unit": UNIT}], "/hours/0"),
    ],
)
async def test_a_week_that_cannot_be_is_invalid_and_changes_nothing(
    world: World, api: Api, hours: list[dict[str, Any]], pointer: str
) -> None:
    day = await world.day()
    path = f"/v1/staff/doctors/{day.doctor_id}/template"
    before = (await clerk(api).get(path)).body

    answer = await clerk(api, "administrator").call("PUT", path, {"hours": hours})

    assert answer.status == 422, answer.body
    assert [fault["pointer"] for fault in answer.body["errors"]] == [pointer]
    assert (await clerk(api).get(path)).body == before


@pytest.mark.parametrize(
    ("path", "changes", "pointer"),
    [
        ("agendas/publications", {"to": str(NEXT - timedelta(days=1))}, "/to"),
        ("agendas/publications", {"to": str(NEXT + timedelta(days=92))}, "/to"),
        ("agendas/publications", {"from": "1930000000"}, "/from"),
        ("agendas/publications", {"from": "2031-02-30"}, "/from"),
        ("agendas/publications", {"service": "astrologia"}, "/service"),
        ("agendas/withdrawals", {"mode": "forget"}, "/mode"),
        ("agendas/withdrawals", {"reason": " "}, "/reason"),
        ("agendas/withdrawals", {"reason": "a\u202eb"}, "/reason"),
        ("agendas/withdrawals", {"date": "2031-02-28"}, "/date"),
        ("absences", {"from": "2031-02-28"}, "/from"),
        ("absences", {"to": "2031-03-02"}, "/to"),
        ("holidays", {"date": "2031-02-28"}, "/date"),
        ("holidays", {"unit": "NOWHERE"}, "/unit"),
        ("holidays", {"date": 1930000000}, "/date"),
    ],
)
async def test_what_is_sent_is_judged_field_by_field(
    world: World, api: Api, path: str, changes: dict[str, Any], pointer: str
) -> None:
    day = await world.day()
    past = await world.day(day=MONDAY - timedelta(days=3), doctor_id=day.doctor_id)
    doctor = str(past.doctor_id)
    bodies: dict[str, dict[str, Any]] = {
        "agendas/publications": {
            "doctor": doctor, "service": GENERAL, "from": str(NEXT), "to": str(NEXT),
        },
        "agendas/withdrawals": {
            "doctor": doctor, "service": GENERAL, "date": str(MONDAY), "mode": "move",
            "reason": "Falla eléctrica",
        },
        "absences": {
            "doctor": doctor, "from": str(MONDAY), "to": str(MONDAY), "reason": "Curso",
            "mode": "move",
        },
        "holidays": {"date": str(MONDAY), "name": "Aniversario"},
    }  # fmt: skip

    answer = await clerk(api, "administrator").call(
        "POST", f"/v1/staff/{path}", bodies[path] | changes
    )

    assert answer.status == 422, answer.body
    assert [fault["pointer"] for fault in answer.body["errors"]] == [pointer]


async def test_acts_answer_what_their_models_say(world: World, api: Api) -> None:
    family, day = await world.family(), await world.day()
    target = await world.day(day=MONDAY + timedelta(days=1))
    desk, administrator = clerk(api), clerk(api, "administrator")
    booked = (await desk.book(family.holder, day.slots[0])).body

    moved = await desk.call(
        "POST",
        f"/v1/staff/appointments/{booked['id']}/move",
        {"slot_id": str(target.slots[0]), "reason": "Cambio"},
    )
    quota = await administrator.call(
        "PATCH", f"/v1/staff/agendas/{target.agenda_id}", {"web_quota": 0}
    )
    withdrawn = await administrator.call(
        "POST",
        "/v1/staff/agendas/withdrawals",
        {
            "doctor": str(target.doctor_id),
            "service": GENERAL,
            "date": str(target.date),
            "mode": "cancel",
            "reason": "Falla eléctrica",
        },
    )
    absence = await administrator.call(
        "POST",
        "/v1/staff/absences",
        {
            "doctor": str(day.doctor_id),
            "from": str(MONDAY),
            "to": str(MONDAY),
            "reason": "Curso",
            "mode": "move",
        },
    )

    assert set(moved.body) == {"id", "preview", "from", "to"}
    whole = MovedAppointment.model_validate(moved.body | {"from_": moved.body["from"]})
    assert str(whole.to.slot_id) == str(target.slots[0])
    assert Quota.model_validate(quota.body).web_quota == 0
    assert WithdrawnDay.model_validate(withdrawn.body).cancelled == 1
    assert len(Closure.model_validate(absence.body).days) == 1
    listed = await desk.get("/v1/staff/absences")
    (item,) = listed.body["items"]
    assert (item["from"], item["to"], item["reason"]) == (str(MONDAY), str(MONDAY), "Curso")
    Absences.model_validate({"items": [item | {"from_": item["from"]}], "next": None})


async def test_holidays_are_listed_with_their_source(world: World, api: Api) -> None:
    del world
    administrator = clerk(api, "administrator")
    await administrator.call(
        "POST", "/v1/staff/holidays", {"date": "2031-03-04", "name": "Aniversario", "unit": UNIT}
    )

    found = await administrator.get("/v1/staff/holidays?from=2031-01-01&to=2031-12-31")

    items = Holidays.model_validate(found.body).items
    assert [one.name for one in items if one.source == "declared"] == ["Aniversario"]
    assert "2031-05-01" in {str(one.date) for one in items if one.source == "official"}
    assert [one.date for one in items] == sorted(one.date for one in items)


async def test_agendas_are_listed_by_cursor(world: World, api: Api) -> None:
    days = [await world.day(day=MONDAY + timedelta(days=n % 3)) for n in range(7)]
    desk = clerk(api)
    found, path = [], "/v1/staff/agendas?limit=3"
    cursor = ""
    while True:
        page = await desk.get(path + cursor)
        items = Agendas.model_validate(page.body).items
        found += items
        # A day that is added behind the cursor shifts nothing.
        await world.day(day=MONDAY)
        if page.body["next"] is None:
            break
        cursor = f"&cursor={page.body['next']}"

    ids = [one.id for one in found]
    assert len(ids) == len(set(ids))
    assert {day.agenda_id for day in days} <= set(ids)
    assert [one.date for one in found] == sorted(one.date for one in found)
    garbage = await desk.get("/v1/staff/agendas?cursor=AAAA")
    assert (garbage.status, garbage.slug) == (400, "malformed-request")


async def test_the_quota_that_cannot_be_says_the_least_possible(world: World, api: Api) -> None:
    day = await world.day()
    await world.book(await world.family(), day.slots[0])

    answer = await clerk(api, "administrator").call(
        "PATCH", f"/v1/staff/agendas/{day.agenda_id}", {"web_quota": 0}
    )

    assert (answer.status, answer.slug, answer.body["least"]) == (409, "quota-below-used", 1)
    missing = await clerk(api, "administrator").call(
        "PATCH", f"/v1/staff/agendas/{uuid7()}", {"web_quota": 0}
    )
    assert missing.status == 404
