"""Staff say who came and who didn't, and take it back with a reason (R-33)."""

from datetime import timedelta
from typing import Any

from builders.desk import audited, booked, clerk, facts
from builders.scheduling import MONDAY, NOW, OTHER_UNIT, World, local
from builders.scheduling_api import Answer, Api


async def test_r_33_who_came_is_marked_from_the_morning_on_and_who_did_not_from_the_hour_on(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    _, day, appointment = await booked(world, desk)
    one = appointment["id"]

    async def at(moment: Any, state: str) -> Answer:
        api.clock.set(moment)
        return await desk.mark(one, state)

    midnight, second = local(MONDAY, 0), timedelta(seconds=1)
    early = await at(midnight - second, "attended")
    too_soon = await at(day.starts[0] - second, "no_show")
    came = await at(midnight, "attended")

    assert (early.slug, early.body["from"]) == ("attendance-too-early", "2031-03-03T00:00:00-08:00")
    assert "03/03/2031" in early.body["detail"]
    assert too_soon.body["from"] == "2031-03-03T08:00:00-08:00"
    assert (came.status, came.body["state"]) == (200, "attended")
    assert came.body["attendance"] == {"attended": False, "no_show": False, "undo": True}
    assert (await desk.undo(one)).body["state"] == "booked"
    assert (await at(day.starts[0], "no_show")).body["state"] == "no_show"


async def test_r_33_a_mark_is_published_once_and_taking_it_back_tells_the_whole_state_again(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    _, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0])

    marked = await desk.mark(appointment["id"], "attended")
    again = await desk.mark(appointment["id"], "attended")
    back = await desk.undo(appointment["id"], "Era otra persona.")
    twice = await desk.undo(appointment["id"], "Era otra persona.")

    assert marked.body == again.body
    assert (back.body["state"], back.body["version"]) == ("booked", 3)
    assert (back.body["by"], back.body["reason"]) == ("staff", "Era otra persona.")
    assert twice.body == back.body
    assert await facts(world, appointment["id"]) == [
        ("scheduling.appointment.booked", 1),
        ("scheduling.appointment.attended", 2),
        ("scheduling.appointment.booked", 3),
    ]
    assert [row["reason"] for row in await audited(world, "undo-attendance")] == [
        "Era otra persona.",
        "Era otra persona.",
    ]


async def test_r_33_correcting_a_mark_needs_a_reason(world: World, api: Api) -> None:
    desk = clerk(api)
    _, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0])
    await desk.mark(appointment["id"], "no_show")

    bare = await desk.mark(appointment["id"], "attended")
    given = await desk.mark(appointment["id"], "attended", "Llegó a otra ventanilla.")
    path = f"/v1/staff/appointments/{appointment['id']}/attendance"
    undone = await desk.call("DELETE", path, {})

    assert (bare.slug, bare.body["errors"][0]["pointer"]) == ("invalid-request", "/reason")
    assert (given.body["state"], given.body["version"]) == ("attended", 3)
    assert (undone.slug, undone.body["errors"][0]["pointer"]) == ("invalid-request", "/reason")


async def test_r_33_what_is_marked_is_not_cancelled_and_what_is_cancelled_not_marked(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    _, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0])
    await desk.mark(appointment["id"], "attended")
    assert (await desk.cancel(appointment["id"])).slug == "attendance-recorded"
    await desk.undo(appointment["id"])
    await desk.cancel(appointment["id"])

    assert (await desk.mark(appointment["id"], "attended")).slug == "already-cancelled"
    assert (await desk.undo(appointment["id"])).slug == "already-cancelled"


async def test_r_33_another_units_and_another_doctors_appointments_are_not_there(
    world: World, api: Api
) -> None:
    _, day, appointment = await booked(world, clerk(api))
    api.clock.set(day.starts[0])
    there, doctor = clerk(api, unit=OTHER_UNIT), clerk(api, "doctor")

    answers = [
        await there.cancel(appointment["id"]),
        await there.mark(appointment["id"], "attended"),
        await there.undo(appointment["id"]),
        await doctor.mark(appointment["id"], "attended"),
        await clerk(api).mark(str(day.agenda_id), "attended"),
    ]
    own = await clerk(api, "doctor", doctor_id=day.doctor_id).mark(appointment["id"], "attended")

    assert {(answer.status, answer.slug) for answer in answers} == {(404, "not-found")}
    assert own.body["state"] == "attended"


async def test_a_late_no_show_is_history_for_the_family(world: World, api: Api) -> None:
    desk = clerk(api)
    family, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0])
    await desk.mark(appointment["id"], "no_show")

    listed = await api.get(family, "/v1/appointments?filter=history")

    assert [item["state"] for item in listed.body["items"]] == ["no_show"]
    assert listed.body["items"][0]["member"] == {
        "id": str(family.holder), "name": "Ejemplo 0 Demostración",
    }  # fmt: skip
    assert day.starts[0] > NOW
