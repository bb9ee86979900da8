"""Reminders on a real ledger: planned, moved, withdrawn, wanted or not, and never sent twice."""

from datetime import timedelta

from builders.mail_facts import (
    NOW,
    STARTS_AT,
    Family,
    booked,
    cancelled,
    moved,
    reached_at,
)
from builders.notifications import World

from notifications.queries.backlog import backlog
from notifications.usecases.call_reminders import call_reminders
from shared.contracts.scheduling import folio
from shared.ids import uuid7


async def due(world: World) -> list[tuple[str, float]]:
    """Each reminder's state, and how many hours before the appointment it is due."""
    return [
        (row["state"], (STARTS_AT - row["next_try_at"]).total_seconds() / 3600)
        for row in await world.reminders()
    ]


async def test_r_50_a_booking_plans_its_reminders_by_the_profiles_hours(world: World) -> None:
    await world.arrives(booked(await world.knows(Family())))
    assert await due(world) == [("planned", 48), ("planned", 3)]
    assert (await backlog(world.database)).queued == 1


async def test_a_reminder_is_sent_when_its_hour_comes_with_person_and_place(world: World) -> None:
    family = await world.knows(Family())
    booking = booked(family)
    await world.arrives(booking)
    async with world.sending():
        await world.becomes(("sent", None))
        world.clock.set(STARTS_AT - timedelta(hours=48))
        assert await call_reminders(world.database, world.clock()) == 1
        await world.reminders_become("sent", "planned")
    text, mail = world.mail_server.texts()[-1], world.mail_server.accepted[-1]
    assert mail.parsed["Subject"] == "Recordatorio de tu cita"
    assert list(mail.parsed.iter_attachments()) == []
    for said in (family.name, family.person, "Centro de Salud", folio(booking.appointment_id)):
        assert said in text


async def test_a_reminder_is_not_called_a_moment_before_its_hour(world: World) -> None:
    await world.arrives(booked(await world.knows(Family())))
    world.clock.set(STARTS_AT - timedelta(hours=48, microseconds=1))
    assert await call_reminders(world.database, world.clock()) == 0


async def test_no_reminder_is_planned_for_the_past(world: World) -> None:
    family = await world.knows(Family())
    near = booked(family, starts_at=NOW + timedelta(hours=48))
    nearer = booked(family, starts_at=NOW + timedelta(hours=3))
    await world.arrives(near)
    assert len(await world.reminders()) == 1
    await world.arrives(nearer)
    assert len(await world.reminders()) == 1


async def test_r_51_a_cancellation_withdraws_the_reminders(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    await world.arrives(cancelled(booking), sequence=2)
    assert [(row["state"], row["reason"]) for row in await world.reminders()] == [
        ("suppressed", "superseded")
    ] * 2


async def test_moving_moves_the_reminders(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    await world.arrives(moved(booking, STARTS_AT + timedelta(days=1)), sequence=2)
    assert await due(world) == [
        ("suppressed", 48), ("suppressed", 3), ("planned", 24), ("planned", -21),
    ]  # fmt: skip


async def test_an_overtaken_booking_plans_no_reminder(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(cancelled(booking), sequence=2)
    await world.arrives(booking, sequence=1)
    assert await world.reminders() == []


async def test_a_reminder_that_was_called_is_withdrawn_too(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking)
    world.clock.set(STARTS_AT - timedelta(hours=48))
    await call_reminders(world.database, world.clock())
    await world.arrives(cancelled(booking), sequence=2)
    assert {row["state"] for row in await world.reminders()} == {"suppressed"}


async def test_whatever_tells_of_the_booking_again_plans_nothing_again(world: World) -> None:
    booking = booked(await world.knows(Family()))
    cause = await world.arrives(booking)
    first = await world.reminders()
    await world.arrives(booking, event_id=cause)
    await world.arrives(booking, event_id=uuid7(), republished=True)
    assert await world.reminders() == first
    async with world.sending():
        await world.becomes(("sent", None))
        world.clock.set(STARTS_AT - timedelta(hours=48))
        await call_reminders(world.database, world.clock())
        await world.reminders_become("sent", "planned")
        await world.arrives(booking, event_id=cause)
        await world.arrives(booking, event_id=uuid7(), republished=True)
        assert await call_reminders(world.database, world.clock()) == 0
        await world.reminders_become("sent", "planned")
    assert len(world.mail_server.accepted) == 2


async def test_a_rebuilt_ledger_gets_its_reminders_by_republishing(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(booking, sequence=4, republished=True)
    assert await world.mails() == []
    assert await due(world) == [("planned", 48), ("planned", 3)]


async def test_r_50_reminders_can_be_turned_off_until_the_moment_of_sending(world: World) -> None:
    family = await world.knows(Family())
    await world.arrives(booked(family))
    async with world.sending():
        await world.becomes(("sent", None))
        await world.arrives(reached_at(family, reminders=False), sequence=2)
        world.clock.set(STARTS_AT - timedelta(hours=48))
        await call_reminders(world.database, world.clock())
        await world.reminders_become("suppressed", "planned")
        await world.arrives(reached_at(family, reminders=True), sequence=3)
        world.clock.set(STARTS_AT - timedelta(hours=3))
        await call_reminders(world.database, world.clock())
        await world.reminders_become("suppressed", "sent")
    assert [row["reason"] for row in await world.reminders()] == ["unwanted", None]


async def test_turned_off_reminders_turn_off_nothing_else(world: World) -> None:
    family = await world.knows(Family())
    await world.arrives(reached_at(family, reminders=False), sequence=2)
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("sent", None))


async def test_a_reminder_that_comes_later_than_the_next_one_is_suppressed_as_late(
    world: World,
) -> None:
    await world.arrives(booked(await world.knows(Family())))
    world.clock.set(STARTS_AT - timedelta(hours=2))
    assert await call_reminders(world.database, world.clock()) == 2
    async with world.sending():
        await world.reminders_become("suppressed", "sent")
    assert [row["reason"] for row in await world.reminders()] == ["late", None]


async def test_a_called_reminder_is_as_old_as_its_hour_in_the_backlog(world: World) -> None:
    await world.arrives(booked(await world.knows(Family())))
    async with world.sending():
        await world.becomes(("sent", None))
    due_at = STARTS_AT - timedelta(hours=48)
    world.clock.set(due_at + timedelta(seconds=9))
    await call_reminders(world.database, world.clock())
    waiting = await backlog(world.database)
    assert (waiting.queued, waiting.oldest_at) == (1, due_at)
