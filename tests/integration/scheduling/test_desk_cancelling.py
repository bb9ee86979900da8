"""Staff find appointments and cancel them (R-28, R-33): until they begin, never a sanction."""

from datetime import timedelta

from builders.desk import audited, booked, clerk, facts
from builders.scheduling import MONDAY, OTHER_UNIT, World
from builders.scheduling_api import Api

COUNTERS = "SELECT (taken, web_used)::text FROM agenda_days WHERE agenda_id = $1"


async def test_r_33_an_appointment_is_found_by_its_folio_within_reach_alone(
    world: World, api: Api
) -> None:
    family, day, appointment = await booked(world, clerk(api))
    path = f"/v1/staff/appointments?folio={appointment['folio']}"

    (mine,) = (await clerk(api).get(path)).body["items"]
    own = await clerk(api, "doctor", doctor_id=day.doctor_id).get(path)

    assert (mine["id"], mine["member"]["affiliation_number"]) == (appointment["id"], "00000000")
    assert mine["member"]["family_id"] == str(family.family_id)
    assert [item["id"] for item in own.body["items"]] == [appointment["id"]]
    for stranger in (clerk(api, unit=OTHER_UNIT), clerk(api, "doctor")):
        assert (await stranger.get(path)).body == {"items": [], "next": None}
    assert (await clerk(api).get("/v1/staff/appointments?folio=nada")).status == 400


async def test_r_28_staff_cancel_with_a_reason_until_it_begins_and_nobody_is_sanctioned(
    world: World, api: Api
) -> None:
    desk = clerk(api)
    family, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0] + timedelta(seconds=1))
    late = await desk.cancel(appointment["id"])
    api.clock.set(day.starts[0])
    path = f"/v1/staff/members/{family.holder}/appointments"
    (shown,) = (await desk.get(path)).body["items"]

    answer = await desk.cancel(appointment["id"], "Llamó: no puede venir.")

    assert (late.slug, late.body["until"]) == ("too-late-to-cancel", "2031-03-03T08:00:00-08:00")
    assert shown["cancellation"]["allowed"]
    assert not shown["cancellation"]["would_sanction"]
    assert (answer.status, answer.body["state"], answer.body["by"]) == (200, "cancelled", "staff")
    assert (answer.body["reason"], answer.body["version"]) == ("Llamó: no puede venir.", 2)
    assert await world.value("SELECT count(*) FROM sanctions") == 0
    assert await world.value(COUNTERS, day.agenda_id) == "(0,0)"
    assert (await desk.cancel(appointment["id"])).slug == "already-cancelled"
    rows = await audited(world, "cancel-for-member")
    assert [row["outcome"] for row in rows] == ["too-late-to-cancel", "done", "already-cancelled"]
    assert rows[1]["reason"] == "Llamó: no puede venir."


async def test_r_70_a_reason_that_staff_write_leaves_in_no_event(world: World, api: Api) -> None:
    desk, secret = clerk(api), "Palabra que no debe salir"
    _, day, appointment = await booked(world, desk)
    api.clock.set(day.starts[0])

    await desk.mark(appointment["id"], "attended", secret)
    await desk.undo(appointment["id"], secret)
    await desk.cancel(appointment["id"], secret)

    assert await world.value("SELECT count(*) FROM outbox WHERE body LIKE '%Palabra%'") == 0
    assert len(await facts(world, appointment["id"])) == 4


async def test_r_28_what_staff_cancel_does_not_count_towards_the_third_of_the_week(
    world: World, api: Api
) -> None:
    family, desk = await world.family(), clerk(api)
    days = [await world.day(day=MONDAY + timedelta(days=7 + place)) for place in range(3)]
    for day in days[:2]:
        appointment = (await desk.book(family.holder, day.slots[0])).body
        await desk.cancel(appointment["id"])
    own = (await desk.book(family.holder, days[2].slots[0])).body["id"]

    answer = await api.post(family, f"/v1/appointments/{own}/cancellation", {})

    assert (answer.status, "sanction" in answer.body) == (200, False)


async def test_r_26_staff_page_through_a_members_appointments(world: World, api: Api) -> None:
    family, desk = await world.family(), clerk(api)
    made = []
    for place in range(3):
        day = await world.day(day=MONDAY + timedelta(days=place))
        made.append((await desk.book(family.holder, day.slots[0])).body["id"])
    await desk.cancel(made[2])
    base = f"/v1/staff/members/{family.holder}/appointments"

    first = (await desk.get(f"{base}?limit=1")).body
    second = (await desk.get(f"{base}?limit=1&cursor={first['next']}")).body
    cancelled = (await desk.get(f"{base}?filter=cancelled")).body

    assert [item["id"] for item in first["items"] + second["items"]] == made[:2]
    assert second["next"] is None
    assert [(item["id"], item["reason"]) for item in cancelled["items"]] == [
        (made[2], "A petición.")
    ]
