"""Mails on a real ledger, handed to a server that fails in every way (E-1 to E-5)."""

import asyncio

import pytest
from builders.mail_facts import Family, booked, cancelled
from builders.notifications import World
from fakes.smtp import Mode


async def test_r_50_a_booking_is_mailed_with_its_calendar_file(world: World) -> None:
    family = await world.knows(Family())
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("sent", None))
    (mail,) = world.mail_server.accepted
    assert mail.recipients == (family.email,)
    assert [part.get_filename() for part in mail.parsed.iter_attachments()] == ["cita.ics"]
    assert family.person in world.mail_server.texts()[0]
    assert "martes 1 de diciembre de 2026, 9:30" in world.mail_server.texts()[0]
    assert await world.told() == ["notifications.mail.sent"]


async def test_r_51_one_mail_for_a_twice_delivered_event(world: World) -> None:
    booking = booked(await world.knows(Family()))
    async with world.sending():
        cause = await world.arrives(booking)
        await world.arrives(booking, event_id=cause)
        await world.becomes(("sent", None))
    assert len(world.mail_server.accepted) == 1


async def test_a_republished_appointment_is_kept_and_mailed_to_nobody(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking, sequence=4, republished=True)
    assert await world.mails() == []


async def test_r_51_a_cancellation_suppresses_the_booking_that_still_waits(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    await world.arrives(cancelled(booking), sequence=2)
    async with world.sending():
        await world.becomes(("suppressed", "superseded"), ("sent", None))
    (mail,) = world.mail_server.accepted
    assert mail.parsed["Subject"] == "Tu cita fue cancelada"


async def test_never_booked_after_cancelled_when_events_come_in_the_wrong_order(
    world: World,
) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(cancelled(booking), sequence=2)
    await world.arrives(booking, sequence=1)
    async with world.sending():
        await world.becomes(("suppressed", "superseded"), ("sent", None))
    assert len(world.mail_server.accepted) == 1


async def test_a_cancellation_waits_while_the_booking_is_in_the_servers_hands(
    world: World,
) -> None:
    booking = booked(await world.knows(Family()))
    world.mail_server.mode = "hang_after_dot"
    async with world.sending():
        await world.arrives(booking)
        await world.becomes(("sending", None))
        await world.arrives(cancelled(booking), sequence=2)
        assert [state for state, _ in await world.states()] == ["sending", "queued"]
        world.mail_server.mode = "ok"
        await world.becomes(("suppressed", "superseded"), ("sent", None))
    subjects = [mail.parsed["Subject"] for mail in world.mail_server.accepted]
    assert subjects == ["Tu cita quedó agendada", "Tu cita fue cancelada"]


@pytest.mark.parametrize(("mode", "reason"), [("450", "mailbox-busy"), ("421", "server-busy")])
async def test_a_4xx_is_tried_again_after_a_minute_and_then_five(
    world: World, mode: Mode, reason: str
) -> None:
    world.mail_server.mode = mode
    async with world.sending():
        await world.arrives(booked(await world.knows(Family())))
        await world.becomes(("queued", reason))
        (first,) = await world.mails()
        assert (first["next_try_at"] - world.clock()).total_seconds() == 60
        world.clock.forward(seconds=61)
        await _until_attempts(world, 2)
        (second,) = await world.mails()
        assert (second["next_try_at"] - world.clock()).total_seconds() == 300
        world.mail_server.mode = "ok"
        world.clock.forward(seconds=301)
        await world.becomes(("sent", None))
    assert (await world.mails())[0]["attempts"] == 3
    assert len(world.mail_server.accepted) == 1


async def test_a_4xx_is_given_up_after_48_hours_and_told(world: World) -> None:
    world.mail_server.mode = "450"
    async with world.sending():
        await world.arrives(booked(await world.knows(Family())))
        for attempt in range(1, 6):
            await _until_attempts(world, attempt)
            world.clock.forward(hours=9.4)
        await world.becomes(("failed", "gave-up"))
    assert world.mail_server.mails_begun == 6
    assert await world.told() == ["notifications.mail.failed"]


async def test_a_5xx_is_final_and_told(world: World) -> None:
    world.mail_server.mode = "550"
    async with world.sending():
        await world.arrives(booked(await world.knows(Family())))
        await world.becomes(("failed", "mailbox-refused"))
        world.clock.forward(hours=5)
        await asyncio.sleep(0.1)
    assert world.mail_server.mails_begun == 1
    assert await world.told() == ["notifications.mail.failed"]


async def test_one_mailbox_that_refuses_does_not_hold_up_the_others(world: World) -> None:
    families = [await world.knows(Family()) for _ in range(4)]
    world.mail_server.mode = "450"
    async with world.sending(connections=1):
        await world.arrives(booked(families[0]))
        await world.becomes(("queued", "mailbox-busy"))
        world.mail_server.mode = "ok"
        for family in families[1:]:
            await world.arrives(booked(family))
        await world.becomes(("queued", "mailbox-busy"), *[("sent", None)] * 3)


@pytest.mark.parametrize("mode", ["hang_after_dot", "drop_after_dot"])
async def test_an_unanswered_dot_is_counted_and_repeated_with_the_same_message_id(
    world: World, mode: Mode
) -> None:
    world.mail_server.mode = mode
    async with world.sending():
        await world.arrives(booked(await world.knows(Family())))
        await world.becomes(("queued", "unanswered"))
        world.mail_server.mode = "ok"
        world.clock.forward(seconds=61)
        await world.becomes(("sent", None))
    (mail,) = await world.mails()
    assert (mail["attempts"], mail["indeterminate"]) == (2, 1)
    sent = [copy.parsed["Message-ID"] for copy in world.mail_server.accepted]
    assert sent == [mail["message_id"]] * 2


async def test_a_link_lost_before_the_dot_is_definite(world: World) -> None:
    world.mail_server.mode = "drop_before_dot"
    async with world.sending():
        await world.arrives(booked(await world.knows(Family())))
        await world.becomes(("queued", "server-away"))
        world.mail_server.mode = "ok"
        world.clock.forward(seconds=6)
        await world.becomes(("sent", None))
    assert (await world.mails())[0]["indeterminate"] == 0
    assert len(world.mail_server.accepted) == 1


async def test_an_idle_link_that_the_server_closed_costs_no_attempt(world: World) -> None:
    family = await world.knows(Family())
    async with world.sending(connections=1):
        await world.arrives(booked(family))
        await world.becomes(("sent", None))
        world.mail_server.cut_idle()
        await world.arrives(booked(family))
        await world.becomes(("sent", None), ("sent", None))
    assert [mail["attempts"] for mail in await world.mails()] == [1, 1]
    assert world.mail_server.connections == 2


async def _until_attempts(world: World, attempts: int) -> None:
    async with asyncio.timeout(8):
        while True:
            (mail,) = await world.mails()
            if mail["attempts"] == attempts and mail["state"] == "queued":
                return
            await asyncio.sleep(0.02)
