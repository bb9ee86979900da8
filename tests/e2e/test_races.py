"""Many at once through the gateway: what may happen once happens once, and nobody gets a 5xx."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from builders.pace import ALONE
from builders.registration import registered
from builders.system import Answer, Person, System

from shared.ids import uuid7

People = Callable[[int], Awaitable[list[Person]]]


@pytest.fixture(scope="module")
async def crowd(people: People) -> list[Person]:
    return await people(200)


async def insist(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """What is answered in the end; who has the machine alone is never told "not available".

    Where other tests crowd it, who is told so asks again in the same words, key and all (R-35).
    """
    async with asyncio.timeout(60):
        answer = await ask()
        while answer.status == 503 and not ALONE:
            await asyncio.sleep(float(answer.headers["Retry-After"]))
            answer = await ask()
    return answer


async def days_of(person: Person) -> list[dict[str, Any]]:
    path = f"/v1/members/{person.member_id}/availability?service=medicina_general"
    found: list[dict[str, Any]] = (await person.get(path)).json()["days"]
    return found


async def slots_of(person: Person, day: dict[str, Any]) -> list[dict[str, Any]]:
    path = (
        f"/v1/members/{person.member_id}/slots?service=medicina_general"
        f"&date={day['date']}&doctor={day['doctor_id']}"
    )
    found: list[dict[str, Any]] = (await person.get(path)).json()["items"]
    return found


def of_busiest_unit(crowd: list[Person]) -> list[Person]:
    units = Counter(person.members[0]["home_unit"]["code"] for person in crowd)
    busiest = units.most_common(1)[0][0]
    return [p for p in crowd if p.members[0]["home_unit"]["code"] == busiest]


async def test_r_23_two_hundred_clients_on_one_slot_get_one_201_and_409s(
    system: System, crowd: list[Person]
) -> None:
    unit = of_busiest_unit(crowd)
    day = (await days_of(unit[0]))[-1]
    slot = (await slots_of(unit[0], day))[0]
    clients = [unit[place % len(unit)] for place in range(200)]

    answers = await asyncio.gather(
        *(insist(partial(person.book, slot["id"], key=str(uuid7()))) for person in clients)
    )

    statuses = Counter(answer.status for answer in answers)
    assert statuses == {201: 1, 409: 199}
    assert {answer.slug for answer in answers if answer.status == 409} <= {
        "slot-taken",
        "limit-reached",
        "member-busy",
    }
    held = "SELECT count(*) FROM appointments WHERE slot_id = $1 AND state = 'booked'"
    assert await system.value("scheduling", held, slot["id"]) == 1


async def test_r_24_ten_times_the_quota_gets_the_quota(system: System, crowd: list[Person]) -> None:
    unit = of_busiest_unit(crowd)
    day = (await days_of(unit[0]))[-3]
    slots = await slots_of(unit[0], day)
    quota = day["web_places_left"]
    clients = [unit[place % len(unit)] for place in range(10 * quota)]

    answers = await asyncio.gather(
        *(
            insist(partial(person.book, slots[place % len(slots)]["id"], key=str(uuid7())))
            for place, person in enumerate(clients)
        )
    )

    booked = sum(answer.status == 201 for answer in answers)
    assert {answer.status for answer in answers} == {201, 409}
    used = (
        "SELECT web_used FROM agenda_days"
        " WHERE doctor_id = $1 AND date = $2::text::date AND service = 'medicina_general'"
    )
    assert await system.value("scheduling", used, day["doctor_id"], day["date"]) == booked
    assert booked <= quota
    if len(unit) >= quota:
        assert booked == quota


async def test_r_35_the_same_key_fifty_times_at_once_is_one_appointment_and_one_answer(
    system: System, crowd: list[Person]
) -> None:
    person = crowd[-1]
    slot = await person.first_slot()
    key = str(uuid7())

    answers = await asyncio.gather(
        *(insist(partial(person.book, slot["id"], key=key)) for _ in range(50))
    )

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    held = "SELECT count(*) FROM appointments WHERE slot_id = $1"
    assert await system.value("scheduling", held, slot["id"]) == 1


async def test_r_27_two_hundred_cancellations_of_one_appointment_are_one(
    system: System, crowd: list[Person]
) -> None:
    person = crowd[-2]
    booked = (await person.book((await person.first_slot())["id"], key=str(uuid7()))).json()

    answers = await asyncio.gather(
        *(insist(partial(person.cancel, booked["id"], key=str(uuid7()))) for _ in range(200))
    )

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 199}
    assert {answer.slug for answer in answers if answer.status == 409} == {"already-cancelled"}
    told = "SELECT version FROM appointments WHERE appointment_id = $1"
    assert await system.value("scheduling", told, booked["id"]) == 2


async def test_r_27_who_wants_the_slot_while_it_is_cancelled_gets_it_once_or_not_at_all(
    system: System, crowd: list[Person]
) -> None:
    unit = of_busiest_unit(crowd)
    day = (await days_of(unit[1]))[-2]
    slot = (await slots_of(unit[1], day))[0]
    booked = (await unit[1].book(slot["id"], key=str(uuid7()))).json()
    others = [unit[2 + place % (len(unit) - 2)] for place in range(199)]

    cancelled, *answers = await asyncio.gather(
        insist(partial(unit[1].cancel, booked["id"], key=str(uuid7()))),
        *(insist(partial(person.book, slot["id"], key=str(uuid7()))) for person in others),
    )

    assert cancelled.status == 200, cancelled.body
    statuses = Counter(answer.status for answer in answers)
    assert statuses[201] <= 1
    assert statuses[201] + statuses[409] == 199
    held = "SELECT count(*) FROM appointments WHERE slot_id = $1 AND state = 'booked'"
    assert await system.value("scheduling", held, slot["id"]) == statuses[201]


async def test_r_28_two_hundred_third_cancellations_cause_one_sanction(
    system: System, crowd: list[Person]
) -> None:
    person = crowd[-3]
    for _ in range(2):
        slot = (await slots_of(person, (await days_of(person))[-1]))[0]
        booked = (await person.book(slot["id"], key=str(uuid7()))).json()
        assert (await person.cancel(booked["id"], key=str(uuid7()))).status == 200
    slot = (await slots_of(person, (await days_of(person))[-1]))[0]
    third = (await person.book(slot["id"], key=str(uuid7()))).json()

    answers = await asyncio.gather(
        *(insist(partial(person.cancel, third["id"], key=str(uuid7()))) for _ in range(200))
    )

    assert Counter(answer.status for answer in answers) == {200: 1, 409: 199}
    (done,) = [answer.json() for answer in answers if answer.status == 200]
    assert done["sanction"]["rule"] == "weekly"
    imposed = "SELECT count(*) FROM sanctions JOIN appointments USING (appointment_id) WHERE"
    one = f"{imposed} account_id = (SELECT account_id FROM appointments WHERE appointment_id = $1)"
    assert await system.value("scheduling", one, third["id"]) == 1


async def test_a_hundred_activations_of_one_link_give_one_password(system: System) -> None:
    token = await registered(system, f"persona-{uuid7().hex}@example.org")

    answers = await asyncio.gather(
        *(
            system.call("POST", "/v1/accounts/activations", json={"token": token})
            for _ in range(100)
        )
    )

    statuses = Counter(answer.status for answer in answers)
    assert statuses[200] == 1
    assert set(statuses) <= {200, 410, 409, 429}
