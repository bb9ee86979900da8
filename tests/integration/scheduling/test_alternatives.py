"""What to do next when a day has no place for the web (R-24), read and refused over HTTP."""

from datetime import date, time, timedelta

from builders.scheduling import GENERAL, MONDAY, UNIT, DoctorDay, Family, World
from builders.scheduling_api import Api

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def availability(family: Family, day: date, made: DoctorDay | None = None) -> str:
    doctor = f"&doctor={made.doctor_id}" if made else ""
    return f"/v1/members/{family.holder}/availability?service={GENERAL}&from={day}&to={day}{doctor}"


def slots(family: Family, day: date, made: DoctorDay | None = None) -> str:
    doctor = f"&doctor={made.doctor_id}" if made else ""
    return f"/v1/members/{family.holder}/slots?service={GENERAL}&date={day}{doctor}"


async def exhausted(world: World) -> DoctorDay:
    """A Monday whose one web place is taken, with more for the desk."""
    day = await world.day(slots=3, quota=1)
    await world.book(await world.family(), day.slots[0])
    return day


async def test_r_21_service_doctor_date_time_and_service_date_doctor_time_meet(
    world: World, api: Api
) -> None:
    family = await world.family()
    one = await world.day(slots=2)
    other = await world.day(slots=3, opens=time(14))
    await world.day(day=TUESDAY, doctor_id=one.doctor_id)
    members = f"/v1/members/{family.holder}"

    doctors = (await api.get(family, f"{members}/doctors?service={GENERAL}")).body["items"]
    days = (await api.get(family, f"{members}/availability?service={GENERAL}")).body["days"]
    by_doctor = (await api.get(family, slots(family, MONDAY, one))).body["items"]
    by_date = (await api.get(family, slots(family, MONDAY))).body["items"]

    assert {found["id"] for found in doctors} == {str(one.doctor_id), str(other.doctor_id)}
    on_monday = {day["doctor_id"] for day in days if day["date"] == MONDAY.isoformat()}
    assert on_monday == {str(one.doctor_id), str(other.doctor_id)}
    assert [slot["id"] for slot in by_doctor] == [str(slot) for slot in one.slots]
    assert [slot for slot in by_date if slot["doctor_id"] == str(one.doctor_id)] == by_doctor
    assert len(by_date) == 5


async def test_r_24_a_day_without_web_places_names_other_doctors_dates_and_the_counter(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await exhausted(world)
    other = await world.day(opens=time(14))
    await world.day(day=WEDNESDAY, doctor_id=day.doctor_id)
    await world.day(day=TUESDAY)

    found = (await api.get(family, availability(family, MONDAY, day))).body

    (shown,) = found["days"]
    assert (shown["state"], shown["web_places_left"]) == ("web_quota_exhausted", 0)
    doctors = [doctor["id"] for doctor in shown["alternatives"]["other_doctors"]]
    assert doctors == [str(other.doctor_id)]
    # The same doctor's next date comes before another doctor's earlier one.
    assert shown["alternatives"]["next_dates"] == [
        {"date": WEDNESDAY.isoformat(), "doctor_id": str(day.doctor_id)}
    ]
    assert found["alternatives"] == shown["alternatives"]
    assert found["unit"]["code"] == UNIT
    assert found["unit"]["address"]
    assert found["unit"]["hours"]


async def test_r_24_an_open_day_needs_no_alternatives(world: World, api: Api) -> None:
    family, day = await world.family(), await world.day()

    found = (await api.get(family, availability(family, MONDAY, day))).body

    assert [shown["state"] for shown in found["days"]] == ["open"]
    assert found["alternatives"] is None
    assert found["days"][0]["alternatives"] is None


async def test_r_24_a_date_that_nobody_published_still_says_where_to_go(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day(day=TUESDAY)

    found = (await api.get(family, availability(family, MONDAY))).body

    assert found["days"] == []
    assert found["alternatives"]["next_dates"] == [
        {"date": TUESDAY.isoformat(), "doctor_id": str(day.doctor_id)}
    ]


async def test_r_24_where_nothing_follows_an_earlier_date_is_named(world: World, api: Api) -> None:
    family, day = await world.family(), await exhausted(world)
    saturday = MONDAY - timedelta(days=2)
    earlier = await world.day(day=saturday, opens=time(15))

    found = (await api.get(family, availability(family, MONDAY, day))).body

    assert found["alternatives"]["next_dates"] == [
        {"date": saturday.isoformat(), "doctor_id": str(earlier.doctor_id)}
    ]


async def test_r_24_free_times_without_web_places_are_shown_and_told(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await exhausted(world)
    full = await world.day(slots=1, opens=time(14))
    await world.book(await world.family(), full.slots[0])

    with_desk_places = (await api.get(family, slots(family, MONDAY, day))).body
    without_any = (await api.get(family, slots(family, MONDAY, full))).body
    both = (await api.get(family, slots(family, MONDAY))).body

    assert (with_desk_places["state"], len(with_desk_places["items"])) == (
        "web_quota_exhausted",
        2,
    )
    assert (without_any["state"], without_any["items"]) == ("full", [])
    assert both["state"] == "web_quota_exhausted"
    for answer in (with_desk_places, without_any, both):
        assert answer["alternatives"] == {"other_doctors": [], "next_dates": []}
        assert answer["next"] is None


async def test_r_24_a_booking_refused_by_quota_says_what_to_do_next(world: World, api: Api) -> None:
    family, day = await world.family(), await exhausted(world)
    other = await world.day(opens=time(14))
    wanted = {"member_id": str(family.holder), "slot_id": str(day.slots[1])}

    refused = await api.post(family, "/v1/appointments", wanted)

    assert (refused.status, refused.slug) == (409, "web-quota-exhausted")
    assert refused.body["title"] == "No existen citas disponibles por web para éste médico"
    assert refused.body["state"] == "web_quota_exhausted"
    (doctor,) = refused.body["alternatives"]["other_doctors"]
    assert (doctor["id"], doctor["shift"]) == (str(other.doctor_id), "morning")
    assert refused.body["unit"]["code"] == UNIT
    assert refused.body["unit"]["name"] in refused.body["detail"]


async def test_r_24_a_booking_on_a_full_day_says_so_in_words(world: World, api: Api) -> None:
    family, day = await world.family(), await world.day(slots=1)
    await world.book(await world.family(), day.slots[0])
    wanted = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    refused = await api.post(family, "/v1/appointments", wanted)

    assert (refused.slug, refused.body["state"]) == ("slot-taken", "full")
    assert refused.body["detail"].startswith("La agenda está llena")


async def test_r_24_a_taken_slot_of_an_open_day_only_asks_for_another_time(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day(slots=2)
    await world.book(await world.family(), day.slots[0])
    wanted = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    refused = await api.post(family, "/v1/appointments", wanted)

    assert (refused.slug, refused.body["state"]) == ("slot-taken", "open")
    assert refused.body["detail"] == "Elija otra hora, otro médico u otra fecha."


async def test_r_21_first_free_with_any_doctor_or_agenda_full_and_why(
    world: World, api: Api
) -> None:
    family = await world.family()
    first = f"/v1/members/{family.holder}/slots?service={GENERAL}&first=true"
    nothing = await api.get(family, first)
    day = await exhausted(world)
    desk_only = await api.get(family, first)
    open_day = await world.day(day=TUESDAY)

    found = await api.get(family, first)

    assert (nothing.slug, nothing.body["state"]) == ("agenda-full", "full")
    assert (desk_only.slug, desk_only.body["state"]) == ("agenda-full", "web_quota_exhausted")
    assert desk_only.body["unit"]["hours"]
    assert [item["id"] for item in found.body["items"]] == [str(open_day.slots[0])]
    assert day.slots


async def test_r_24_a_refusal_stands_without_advice_where_none_can_be_read(
    world: World, api: Api
) -> None:
    family, day = await world.family(), await world.day(slots=1)
    await world.day(opens=time(14))
    await world.book(await world.family(), day.slots[0])
    wanted = {"member_id": str(family.holder), "slot_id": str(day.slots[0])}

    async with world.database.transaction() as tx:
        # Of a refused booking the advice alone reads who the doctors are.
        await tx.execute("LOCK TABLE doctors IN ACCESS EXCLUSIVE MODE")
        without = await api.post(family, "/v1/appointments", wanted)
    with_advice = await api.post(family, "/v1/appointments", wanted)

    assert (without.status, without.slug) == (409, "slot-taken")
    assert "alternatives" not in without.body
    assert len(with_advice.body["alternatives"]["other_doctors"]) == 1
