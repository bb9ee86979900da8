"""The contact form: repeated, limited, and what is kept of it afterwards (R-35, R-53)."""

import asyncio
from datetime import timedelta

from builders.mail_api import Api, person
from builders.mail_facts import NOW, Family
from builders.notifications import World

from notifications.usecases.erase_contact_texts import erase_contact_texts
from shared.ids import uuid7


async def held(world: World) -> list[tuple[str | None, str | None]]:
    """Address and text of each message, as far as they are still there."""
    async with world.database.connection() as connection:
        rows = await connection.fetch("SELECT email, text FROM contact_messages ORDER BY 1, 2")
    return [(row["email"], row["text"]) for row in rows]


async def becomes(world: World, **states: str) -> None:
    """Waits until the mails of these templates have these states."""
    deadline = asyncio.get_running_loop().time() + 8
    while (shown := {one["template"]: one["state"] for one in await world.mails()}) != states:
        assert asyncio.get_running_loop().time() < deadline, shown
        await asyncio.sleep(0.02)


async def test_r_35_a_repeated_message_is_taken_once_and_answered_byte_for_byte(
    world: World, api: Api
) -> None:
    owner, key = person(), str(uuid7())
    answers = [await api.write(by, key=key) for by in (owner, owner, None, None)]
    assert {answer.status for answer in answers} == {201}
    assert answers[0].raw == answers[1].raw
    assert answers[2].raw == answers[3].raw
    assert answers[0].raw != answers[2].raw
    assert len(await world.mails()) == 4


async def test_r_35_without_a_session_a_key_is_the_network_addresss_own(api: Api) -> None:
    key = str(uuid7())
    first = await api.write(key=key, address="192.0.2.1")
    again = await api.write(key=key, address="192.0.2.1", text="Otro texto.")
    elsewhere = await api.write(key=key, address="192.0.2.2", text="Otro texto.")
    assert (again.status, again.slug) == (422, "idempotency-key-reused")
    assert elsewhere.status == 201
    assert elsewhere.body != first.body


async def test_r_35_twenty_times_the_same_message_at_once_is_one(world: World, api: Api) -> None:
    key = str(uuid7())
    answers = await asyncio.gather(*(api.write(key=key) for _ in range(20)))
    taken = [answer for answer in answers if answer.status == 201]
    assert len({answer.raw for answer in taken}) == 1
    assert {answer.slug for answer in answers if answer.status != 201} <= {"still-running"}
    assert len(await world.mails()) == 2


async def test_without_a_key_nothing_is_taken(api: Api) -> None:
    body = {"kind": "problema_de_acceso", "email": "a@example.org", "text": "a",
            "accepts_notices": True}  # fmt: skip
    answer = await api.call("POST", "/v1/contact-messages", None, json=body)
    assert (answer.status, answer.slug) == (400, "idempotency-key-missing")


async def test_one_mailbox_is_acknowledged_three_times_an_hour_whoever_writes(
    world: World, api: Api
) -> None:
    writers = [None, person(), None, person()]
    answers = [
        await api.write(writer, email="Victima@example.org", address=f"192.0.2.{number}")
        for number, writer in enumerate(writers)
    ]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert 3590 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert (await api.write(email="victima@EXAMPLE.org")).status == 429
    world.clock.forward(hours=1)
    assert (await api.write(email="victima@example.org")).status == 201


async def test_one_account_writes_ten_times_an_hour(api: Api) -> None:
    owner = person()
    statuses = [
        (await api.write(owner, email=f"a{number}@example.org")).status for number in range(11)
    ]
    assert statuses == [201] * 10 + [429]
    assert (await api.write(person(), email="a9@example.org")).status == 201


async def test_what_others_wrote_in_its_name_does_not_hold_up_an_account(
    world: World, api: Api
) -> None:
    family = await world.knows(Family())
    owner = person(account_id=family.account_id)
    others = [(await api.write(email=family.email)).status for _ in range(4)]
    assert others == [201] * 3 + [429]
    own = [(await api.write(owner, email=family.email.upper())).status for _ in range(11)]
    assert own == [201] * 10 + [429]


async def test_one_network_address_writes_sixty_times_an_hour_without_a_session(api: Api) -> None:
    statuses = [
        (await api.write(email=f"a{number}@example.org", address="192.0.2.9")).status
        for number in range(61)
    ]
    assert statuses == [201] * 60 + [429]
    assert (await api.write(person(), email="b@example.org", address="192.0.2.9")).status == 201


async def test_what_was_refused_by_a_limit_is_not_counted(world: World, api: Api) -> None:
    for _ in range(5):
        await api.write()
    async with world.database.connection() as connection:
        counts = await connection.fetch("SELECT kind, count FROM contact_counts ORDER BY kind")
    assert [(row["kind"], row["count"]) for row in counts] == [("address", 3), ("mailbox", 3)]


async def test_text_and_address_are_erased_once_both_mails_are_settled(
    world: World, api: Api
) -> None:
    await api.write()
    assert await erase_contact_texts(world.database, world.clock()) == 0
    async with world.sending():
        await world.becomes(("sent", None), ("sent", None))
    assert await erase_contact_texts(world.database, world.clock()) == 1
    assert await held(world) == [(None, None)]
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT mails::text AS row FROM mails UNION ALL SELECT outbox::text FROM outbox"
            " UNION ALL SELECT contact_messages::text FROM contact_messages"
            " UNION ALL SELECT idempotency_keys::text FROM idempotency_keys"
        )
    assert not any("persona@" in row["row"] or "No puedo" in row["row"] for row in rows)


async def test_a_text_that_reached_the_institute_is_erased_while_the_other_mail_waits(
    world: World, api: Api
) -> None:
    await api.write()
    async with world.database.connection() as connection:
        await connection.execute(
            "UPDATE mails SET next_try_at = $1 WHERE template = 'contact_acknowledged'",
            NOW + timedelta(minutes=5),
        )
    async with world.sending():
        await becomes(world, contact_message="sent", contact_acknowledged="queued")
        assert await erase_contact_texts(world.database, world.clock()) == 1
        assert await held(world) == [("persona@example.org", None)]
        world.clock.forward(minutes=6)
        await world.becomes(("sent", None), ("sent", None))
    await erase_contact_texts(world.database, world.clock())
    assert await held(world) == [(None, None)]


async def test_a_message_that_nobody_took_is_kept_for_thirty_days_and_no_longer(
    world: World, api: Api
) -> None:
    world.mail_server.mode = "550"
    await api.write()
    async with world.sending():
        await world.becomes(("failed", "mailbox-refused"), ("failed", "mailbox-refused"))
    world.clock.forward(days=29)
    assert await erase_contact_texts(world.database, world.clock()) == 0
    world.clock.forward(days=1)
    assert await erase_contact_texts(world.database, world.clock()) == 1
    assert await held(world) == [(None, None)]
    assert await world.told() == ["notifications.mail.failed"] * 2
