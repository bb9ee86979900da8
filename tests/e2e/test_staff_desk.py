"""The front desk in the whole system: found, booked under a sanction, received; the day agrees."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import pytest
from builders.system import Answer, Person, System

from shared.ids import uuid7

People = Callable[[int], Awaitable[list[Person]]]
GENERAL = "service=medicina_general"
PLAIN = str.maketrans("áéíóúñÁÉÍÓÚÑ", "aeiounAEIOUN")


class Desk:
    """The demo's login of a role."""

    def __init__(self, system: System, token: str) -> None:
        self._system, self._token = system, token

    @classmethod
    async def of(cls, system: System, role: str) -> "Desk":
        login = next(one for one in system.facts["logins"] if one["role"] == role)
        body = {key: login[key] for key in ("username", "password")}
        answer = await system.call("POST", "/v1/sessions", json=body)
        assert answer.status == 201, answer.body
        return cls(system, answer.json()["access_token"])

    async def get(self, path: str) -> Any:
        answer = await self._system.call("GET", path, token=self._token)
        assert answer.status == 200, answer.body
        return answer.json()

    async def act(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        return await self._system.call(method, path, token=self._token, key=str(uuid7()), json=body)


@pytest.fixture
async def person(system: System, people: People) -> Person:
    """A family of the demo staff's unit, whose holder's name has an accent, logged in."""
    unit = (await (await Desk.of(system, "front_desk")).get("/v1/me"))["unit"]
    numbers = await system.value(
        "scheduling",
        "SELECT array_agg(affiliation_number) FROM member_descriptions JOIN members"
        " USING (member_id) WHERE home_unit = $1 AND display_name ~ '[áéíóúñ]'",
        unit,
    )
    chosen = next(one for one in system._spare if one["affiliation_number"] in numbers)
    system._spare.remove(chosen)
    system._spare.insert(0, chosen)
    (made,) = await people(1)
    return made


async def sanctioned(person: Person) -> None:
    """Three cancellations of one week (R-28)."""
    caused = []
    for _ in range(3):
        slot = await person.first_slot()
        booked = await person.book(slot["id"], key=str(uuid7()))
        assert booked.status == 201, booked.body
        cancelled = await person.cancel(booked.json()["id"], key=str(uuid7()))
        assert cancelled.status == 200, cancelled.body
        caused.append("sanction" in cancelled.json())
    assert caused == [False, False, True]


async def test_r_33_the_desk_finds_books_receives_and_forgives(
    system: System, person: Person
) -> None:
    desk = await Desk.of(system, "front_desk")
    await sanctioned(person)
    first = await person.first_slot()
    assert (await person.book(first["id"], key=str(uuid7()))).slug == "sanctioned"

    words = " ".join(reversed(person.members[0]["name"].translate(PLAIN).upper().split()))
    found = (await desk.get(f"/v1/staff/members?query={quote(words)}&limit=100"))["items"]
    member = next(one for one in found if one["id"] == person.member_id)
    assert member["sanctioned_until"] is not None

    base = f"/v1/staff/members/{member['id']}"
    (slot,) = (await desk.get(f"{base}/slots?{GENERAL}&first=true"))["items"]
    body = {"member_id": member["id"], "slot_id": slot["id"]}
    booked = await desk.act("POST", "/v1/staff/appointments", body)
    assert (booked.status, booked.json()["channel"]) == (201, "desk"), booked.body
    appointment = booked.json()
    day = appointment["starts_at"][:10]
    await _agrees(desk, member, day, appointment, "booked")

    attendance = f"/v1/staff/appointments/{appointment['id']}/attendance"
    await _its_day_comes(system, appointment["id"])
    came = await desk.act("PUT", attendance, {"state": "attended"})
    assert (came.status, came.json()["state"]) == (200, "attended"), came.body
    await _agrees(desk, member, day, appointment, "attended")
    back = await desk.act("DELETE", attendance, {"reason": "Era otra persona."})
    assert (back.status, back.json()["state"]) == (200, "booked"), back.body
    await _agrees(desk, member, day, appointment, "booked")

    await _forgiven(desk, member["family_id"])
    assert (await person.get("/v1/sanctions")).json()["items"] == []
    await _audited(system, appointment["id"])


async def _its_day_comes(system: System, appointment_id: str) -> None:
    """The appointment is today's: the system's own clock is not a test's to move."""
    await system.value(
        "scheduling",
        "UPDATE appointments SET date = (now() AT TIME ZONE zone)::date FROM units"
        " WHERE code = unit AND appointment_id = $1::text::uuid RETURNING date",
        appointment_id,
    )


async def _agrees(
    desk: Desk, member: dict[str, Any], day: str, appointment: dict[str, Any], state: str
) -> None:
    path = f"/v1/staff/units/{member['home_unit']['code']}/days/{day}"
    listed = await desk.get(f"{path}?doctor={appointment['doctor']['id']}")
    row = next(one for one in listed["items"] if one["id"] == appointment["id"])
    assert (row["state"], row["folio"], row["channel"]) == (state, appointment["folio"], "desk")
    assert row["member"]["affiliation_number"] == member["affiliation_number"]
    (gauge,) = listed["gauges"]
    assert gauge["taken"] == len(listed["items"])
    assert gauge["web_used"] == sum(one["channel"] == "web" for one in listed["items"])
    assert gauge["total"] >= gauge["taken"] + gauge["free"]
    assert gauge["free"] == gauge["web_left"] + gauge["desk_free"]


async def _forgiven(desk: Desk, family_id: str) -> None:
    (sanction,) = (await desk.get(f"/v1/staff/sanctions?family={family_id}"))["items"]
    path = f"/v1/staff/sanctions/{sanction['id']}/lifting"
    lifted = await desk.act("POST", path, {"reason": "Fue una urgencia."})
    assert (lifted.status, lifted.json()["sanctioned_until"]) == (200, None), lifted.body


async def _audited(system: System, appointment_id: str) -> None:
    auditor = await Desk.of(system, "auditor")
    rows: list[dict[str, Any]] = [{"number": None}]
    async with asyncio.timeout(10.0):
        while any(row["number"] is None for row in rows):  # the chain is linked every second
            await asyncio.sleep(0.2)
            rows = (await auditor.get(f"/v1/staff/audit/scheduling?subject={appointment_id}"))[
                "items"
            ]
    operations = {row["operation"] for row in rows}
    assert operations >= {"book-for-member", "record-attendance", "undo-attendance"}


async def test_r_33_the_operator_books_by_phone_and_the_doctor_sees_the_own_day(
    system: System, person: Person
) -> None:
    operator, doctor = await Desk.of(system, "operator"), await Desk.of(system, "doctor")
    base = f"/v1/staff/members/{person.member_id}"
    (slot,) = (await operator.get(f"{base}/slots?{GENERAL}&first=true"))["items"]
    body = {"member_id": person.member_id, "slot_id": slot["id"]}

    booked = await operator.act("POST", "/v1/staff/appointments", body)

    assert (booked.status, booked.json()["channel"]) == (201, "phone"), booked.body
    unit, day = booked.json()["unit"]["code"], booked.json()["starts_at"][:10]
    own = await doctor.get(f"/v1/staff/units/{unit}/days/{day}")
    everything = await operator.get(f"/v1/staff/units/{unit}/days/{day}")
    mine = {gauge["doctor"]["id"] for gauge in own["gauges"]}
    assert len(mine) <= 1
    assert [row for row in everything["items"] if row["doctor"]["id"] in mine] == own["items"]
    assert booked.json()["id"] in {row["id"] for row in everything["items"]}
