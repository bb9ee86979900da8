"""Mails about moved appointments, sanctions and documents: once each, in order, and to whom."""

import pytest
from builders.mail_facts import (
    STARTS_AT,
    Family,
    booked,
    cancelled,
    imposed,
    lifted,
    moved,
    reached_at,
    revoked,
    sealed,
)
from builders.notifications import World
from icalendar import Calendar

from shared.contracts.event import Fact


async def test_r_32_a_moved_appointment_is_told_with_the_same_entry_and_a_grown_sequence(
    world: World,
) -> None:
    booking = booked(await world.knows(Family()))
    later = STARTS_AT.replace(hour=20)
    async with world.sending():
        await world.arrives(booking)
        await world.becomes(("sent", None))
        await world.arrives(moved(booking, later), sequence=2)
        await world.becomes(("sent", None), ("sent", None))
    events, methods = [], []
    for mail in world.mail_server.accepted:
        (file,) = mail.parsed.iter_attachments()
        calendar = Calendar.from_ical(file.get_content())
        methods.append(calendar["METHOD"])
        events += calendar.walk("VEVENT")
    assert methods == ["REQUEST", "REQUEST"]
    assert events[0]["UID"] == events[1]["UID"]
    assert [event["SEQUENCE"] for event in events] == [0, 1]
    assert events[1].decoded("DTSTART") == later
    assert "martes 1 de diciembre de 2026, 12:30" in world.mail_server.texts()[1]


async def test_e_4_moved_is_not_told_after_cancelled(world: World) -> None:
    booking = booked(await world.knows(Family()))
    await world.arrives(cancelled(booking), sequence=3)
    await world.arrives(moved(booking, STARTS_AT), sequence=2)
    async with world.sending():
        await world.becomes(("suppressed", "superseded"), ("sent", None))


@pytest.mark.parametrize(("by", "said"), [("institute", True), ("affiliate", False)])
async def test_r_32_what_the_institute_cancelled_says_so_and_that_it_causes_no_sanction(
    world: World, *, by: str, said: bool
) -> None:
    booking = booked(await world.knows(Family()))
    async with world.sending():
        await world.arrives(cancelled(booking, by=by), sequence=2)
        await world.becomes(("sent", None))
    assert ("no causa sanción" in world.mail_server.texts()[0]) is said


async def test_r_29_a_sanction_and_its_lifting_are_each_mailed_once(world: World) -> None:
    family = await world.knows(Family())
    sanction = imposed(family)
    async with world.sending():
        cause = await world.arrives(sanction)
        await world.arrives(sanction, event_id=cause)
        await world.becomes(("sent", None))
        await world.arrives(lifted(sanction), sequence=2)
        await world.becomes(("sent", None), ("sent", None))
    first, second = world.mail_server.texts()
    assert {mail.recipients for mail in world.mail_server.accepted} == {(family.email,)}
    assert "dentro de las 6 horas" in first
    assert "miércoles 23 de diciembre de 2026, 7:00" in first
    assert "levantó" in second


async def test_e_4_a_sanction_is_not_told_after_it_was_lifted(world: World) -> None:
    sanction = imposed(await world.knows(Family()), rule="weekly")
    await world.arrives(lifted(sanction), sequence=2)
    await world.arrives(sanction)
    async with world.sending():
        await world.becomes(("suppressed", "superseded"), ("sent", None))
    assert "3 citas o más" in world.mail_server.texts()[0]


async def test_a_sealed_document_is_told_to_the_familys_account_and_never_named(
    world: World,
) -> None:
    family = await world.knows(Family())
    async with world.sending():
        await world.arrives(sealed(family))
        await world.becomes(("sent", None))
    (mail,) = world.mail_server.accepted
    (text,) = world.mail_server.texts()
    assert mail.recipients == (family.email,)
    assert family.name in text
    for word in ("incapacidad", "diagnóstico", "receta", "médic"):
        assert word not in text.lower()
        assert word not in str(mail.parsed["Subject"]).lower()


async def test_a_document_that_was_revoked_is_not_told_as_ready(world: World) -> None:
    leave = sealed(await world.knows(Family()))
    await world.arrives(leave)
    await world.arrives(revoked(leave), sequence=2)
    async with world.sending():
        await world.becomes(("suppressed", "superseded"))
    assert world.mail_server.accepted == []


@pytest.mark.parametrize("fact", [imposed, sealed], ids=["sanction", "document"])
async def test_a_republished_fact_is_kept_and_mailed_to_nobody(world: World, fact: object) -> None:
    made: Fact = fact(await world.knows(Family()))  # type: ignore[operator]  # one of the builders
    await world.arrives(made, republished=True)
    assert await world.mails() == []


async def test_the_accounts_own_address_that_is_refused_is_told_with_its_version(
    world: World,
) -> None:
    family = await world.knows(Family())
    await world.arrives(reached_at(family), sequence=5)
    world.mail_server.mode = "550"
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("failed", "mailbox-refused"))
    (fact,) = await world.facts("notifications.mail.failed")
    assert (fact["account_id"], fact["contact_version"]) == (str(family.account_id), 5)


async def test_a_secret_refused_at_another_address_accuses_nobody(world: World) -> None:
    world.mail_server.mode = "550"
    async with world.sending():
        await world.delivery_requested()
        await world.becomes(("failed", "mailbox-refused"))
    (fact,) = await world.facts("notifications.mail.failed")
    assert (fact["account_id"], fact["contact_version"]) == (None, None)
