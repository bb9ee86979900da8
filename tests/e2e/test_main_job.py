"""The main job, as one person walks it: from the roll to the mailed appointment and back."""

from datetime import datetime
from email.utils import parseaddr

from builders.registration import registered
from builders.system import Person, System
from icalendar import Calendar

from shared.ids import uuid7


async def test_she_registers_activates_books_sees_cancels_and_is_mailed_each_time(  # noqa: PLR0915  # one walk
    any_system: System,
) -> None:
    system = any_system
    address = f"persona-{uuid7().hex}@example.org"

    # the link is mailed; looking at it consumes nothing.
    token = await registered(system, address)
    for _ in range(2):
        state = await system.call("GET", f"/v1/accounts/activations/{token}")
        assert state.json() == {"state": "valid"}

    # the password is generated, shown once and mailed.
    activated = (
        await system.call("POST", "/v1/accounts/activations", json={"token": token})
    ).json()
    again = await system.call("POST", "/v1/accounts/activations", json={"token": token})
    assert (again.status, again.slug) == (410, "link-used")
    credentials = await system.mail(address, number=2)
    assert activated["temporary_password"] in credentials["Text"]
    assert activated["username"] in credentials["Text"]

    # she logs in by number and by e-mail, and sees her family, the holder first.
    person = await Person(system, activated["username"], activated["temporary_password"]).log_in()
    by_mail = await Person(system, address.upper(), activated["temporary_password"]).log_in()
    assert by_mail.member_id == person.member_id
    assert person.members[0]["holder"]
    unit = person.members[0]["home_unit"]["code"]

    # service, doctor, date, time.
    services = (await person.get(f"/v1/members/{person.member_id}/services")).json()["items"]
    general = next(item for item in services if item["code"] == "medicina_general")
    assert general["bookable"]
    menu = f"/v1/members/{person.member_id}"
    doctors = (await person.get(f"{menu}/doctors?service=medicina_general")).json()["items"]
    assert {doctor["unit"] for doctor in doctors} == {unit}
    days = (await person.get(f"{menu}/availability?service=medicina_general")).json()["days"]
    day = next(day for day in days if day["state"] == "open" and day["date"] > days[0]["date"])
    slots = await person.get(
        f"{menu}/slots?service=medicina_general&date={day['date']}&doctor={day['doctor_id']}"
    )
    slot = slots.json()["items"][-1]

    # it is booked, mailed with a calendar file, and in the upcoming list.
    booked = await person.book(slot["id"], key=str(uuid7()))
    assert booked.status == 201, booked.body
    appointment = booked.json()
    mail = await system.mail(address, number=3)
    assert appointment["folio"] in mail["Text"]
    assert "Medicina" not in mail["Text"]
    assert appointment["doctor"]["name"] not in mail["Text"]
    entry = await calendar_of(system, mail)
    assert (entry["METHOD"], entry["SEQUENCE"]) == ("REQUEST", 0)
    assert entry["DTSTART"] == datetime.fromisoformat(slot["starts_at"])
    upcoming = (await person.get(f"{menu}/appointments")).json()["items"]
    assert [item["id"] for item in upcoming] == [appointment["id"]]
    assert upcoming[0]["cancellation"]["allowed"]
    download = await person.get(f"/v1/appointments/{appointment['id']}/calendar.ics")
    assert Calendar.from_ical(download.body).walk("VEVENT")[0]["UID"] == entry["UID"]

    # she cancels; that too is mailed and takes the entry out of her calendar.
    cancelled = await person.cancel(appointment["id"], key=str(uuid7()))
    assert (cancelled.status, cancelled.json()["state"]) == (200, "cancelled")
    farewell = await system.mail(address, number=4)
    withdrawn = await calendar_of(system, farewell)
    assert (withdrawn["METHOD"], withdrawn["SEQUENCE"]) == ("CANCEL", 1)
    assert withdrawn["UID"] == entry["UID"]
    assert (await person.get(f"{menu}/appointments")).json()["items"] == []
    gone = (await person.get(f"{menu}/appointments?filter=cancelled")).json()["items"]
    assert [item["id"] for item in gone] == [appointment["id"]]

    # a closed session is out at once.
    assert (await system.call("DELETE", "/v1/sessions/current", token=person.token)).status == 204
    assert (await person.get("/v1/me")).status == 401
    assert len(await system.mails(address)) == 4


async def calendar_of(system: System, mail: dict[str, object]) -> dict[str, object]:
    """The calendar file of a mail, read by a parser that is not ours."""
    number = next(
        str(part["PartID"])
        for part in [*mail["Attachments"], *mail["Inline"]]  # type: ignore[misc]  # JSON lists
        if part["ContentType"].startswith("text/calendar")
    )
    url = f"{system.facts['mailbox']}/api/v1/message/{mail['ID']}/part/{number}"
    async with system.session.get(url) as answer:
        calendar = Calendar.from_ical(await answer.read())
    event = calendar.walk("VEVENT")[0]
    organizer = parseaddr(str(event["ORGANIZER"]).removeprefix("mailto:"))[1]
    assert organizer
    return {
        "METHOD": str(calendar["METHOD"]),
        "SEQUENCE": int(str(event["SEQUENCE"])),
        "UID": event["UID"],
        "DTSTART": event.decoded("DTSTART"),
    }


async def test_r_05_a_superseded_and_a_made_up_link_explain_themselves(
    any_system: System,
) -> None:
    address = f"persona-{uuid7().hex}@example.org"
    await registered(any_system, address)

    unknown = await any_system.call("GET", f"/v1/accounts/activations/{'A' * 43}")
    resent = await any_system.call(
        "POST", "/v1/accounts/activation-resends", json={"username": "nobody@example.org"}
    )

    assert (unknown.status, unknown.slug) == (404, "not-found")
    assert resent.status == 202
