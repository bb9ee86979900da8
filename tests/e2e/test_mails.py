"""Mails through the whole system: the contact form, reminders and wishes, the staff's ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from builders.system import Person, System

from deploy.local.people import INSTITUTES
from shared.ids import uuid7
from shared.profile import load_profile

People = Callable[[int], Awaitable[list[Person]]]


async def administrator(system: System) -> str:
    """A token of the demo's administrator."""
    login = next(one for one in system.facts["logins"] if one["role"] == "administrator")
    body = {"username": login["username"], "password": login["password"]}
    answer = await system.call("POST", "/v1/sessions", json=body)
    assert answer.status == 201, answer.body
    return str(answer.json()["access_token"])


async def test_r_53_a_message_without_a_session_reaches_the_institute_and_is_acknowledged(
    system: System,
) -> None:
    sender = f"{uuid7().hex}@example.org"
    smuggled = f"Bcc: {uuid7().hex}@example.org"
    body = {
        "kind": "problema_de_acceso",
        "email": sender,
        "text": f"No puedo entrar.\r\n{smuggled}",
        "accepts_notices": True,
    }
    key = str(uuid7())
    answers = [
        await system.call("POST", "/v1/contact-messages", key=key, json=body) for _ in range(2)
    ]
    assert [answer.status for answer in answers] == [201, 201], answers[0].body
    assert answers[0].body == answers[1].body
    folio = answers[0].json()["folio"]

    assert folio in (await system.mail(sender, number=1))["Subject"]
    institute = load_profile(INSTITUTES / "issstecali").contact_address
    received = [one for one in await system.mails(institute) if folio in one["Subject"]]
    assert len(received) == 1
    assert [one["Address"] for one in received[0]["ReplyTo"]] == [sender]
    assert smuggled in received[0]["Text"]
    held = "SELECT count(*) FROM contact_messages WHERE text IS NOT NULL OR email IS NOT NULL"
    async with asyncio.timeout(30):
        while await system.value("notifications", held):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.5)
    private = await system.call(
        "POST", "/v1/contact-messages", key=str(uuid7()), json=body | {"kind": "queja"}
    )
    assert (private.status, private.slug) == (401, "session-required")


async def test_r_50_reminders_follow_the_appointment_and_the_owners_wish(
    system: System, people: People
) -> None:
    (person,) = await people(1)
    slot = await person.first_slot()
    booked = (await person.book(slot["id"], key=str(uuid7()))).json()
    appointment = UUID(booked["id"])
    states = (
        "SELECT string_agg(DISTINCT state, ' ') FROM mails"
        " WHERE template = 'reminder' AND appointment_id = $1"
    )
    told = (
        "SELECT count(*) FROM mails WHERE template = 'appointment_booked' AND state = 'sent'"
        " AND appointment_id = $1"
    )
    async with asyncio.timeout(30):
        while not await system.value("notifications", told, appointment):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.2)
    assert await system.value("notifications", states, appointment) in {"planned", None}

    path = "/v1/me/preferences"
    changed = await system.call("PUT", path, token=person.token, json={"reminders": False})
    assert changed.status == 200
    me = (await person.get("/v1/me")).json()
    wish = "SELECT reminders FROM addresses WHERE account_id = $1"
    async with asyncio.timeout(30):
        while await system.value("notifications", wish, UUID(me["account_id"])):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.2)
    assert me["email_state"] == "ok"
    await person.cancel(str(appointment), key=str(uuid7()))
    async with asyncio.timeout(30):
        while await system.value("notifications", states, appointment) == "planned":  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.2)


async def test_r_52_staff_find_a_mail_by_its_folio_and_have_it_sent_anew(
    system: System, people: People
) -> None:
    (person,) = await people(1)
    email = (await person.get("/v1/me")).json()["email"]
    before = len(await system.mails(email))
    booked = (await person.book((await person.first_slot())["id"], key=str(uuid7()))).json()
    await system.mail(email, number=before + 1)
    token = await administrator(system)
    found = await system.call(
        "GET", "/v1/staff/mails", token=token, params={"query": booked["folio"], "state": "sent"}
    )
    assert found.status == 200, found.body
    (mail,) = found.json()["items"]
    assert mail["template"] == "appointment_booked"
    path = f"/v1/staff/mails/{mail['id']}/resending"
    again = await system.call("POST", path, token=token, key=str(uuid7()), json={})
    assert again.status == 201, again.body
    first, second = (await system.mail(email, number=before + 2), (await system.mails(email))[1])
    assert first["Subject"] == second["Subject"]
    assert first["MessageID"] != second["MessageID"]
    audited = await system.call(
        "GET", "/v1/staff/audit/notifications", token=token, params={"operation": "resend-mail"}
    )
    assert mail["id"] in str(audited.json())
    await person.cancel(booked["id"], key=str(uuid7()))
