"""Mails whose name or address travels by another queue: they wait, within a bound."""

import pytest
from builders.mail_facts import DOMAIN, NOW, PUBLIC_URL, STARTS_AT, TOKEN, Family, booked
from builders.notifications import World

from notifications.usecases.forget_secrets import forget_secrets
from shared.identity_client import open_identity_client


async def test_a_mail_waits_for_the_name_and_the_address_whatever_comes_first(
    world: World,
) -> None:
    family = Family()
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("queued", "account-awaited"))
        await world.account_arrives(family)
        world.clock.forward(seconds=2)
        await world.becomes(("queued", "address-awaited"))
        await world.address_arrives(family)
        world.clock.forward(seconds=5)
        await world.becomes(("queued", "name-awaited"))
        await world.person_arrives(family)
        world.clock.forward(seconds=10)
        await world.becomes(("sent", None))
    assert (await world.mails())[0]["attempts"] == 1


async def test_a_family_without_an_account_is_told_nothing_after_half_an_hour(
    world: World,
) -> None:
    async with world.sending():
        await world.arrives(booked(Family()))
        await world.becomes(("queued", "account-awaited"))
        world.clock.forward(minutes=31)
        await world.becomes(("suppressed", "no-account"))
    assert await world.told() == []


async def test_an_account_without_an_address_fails_after_half_an_hour(world: World) -> None:
    family = Family()
    await world.account_arrives(family)
    await world.person_arrives(family)
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("queued", "address-awaited"))
        world.clock.forward(minutes=31)
        await world.becomes(("failed", "no-address"))
    assert await world.told() == ["notifications.mail.failed"]


async def test_the_mail_goes_to_the_address_that_holds_when_it_is_sent(world: World) -> None:
    family = Family()
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("queued", "account-awaited"))
        await world.knows(family)
        older = "old@example.org"
        await world.address_arrives(family, older)  # the same version again changes nothing
        world.clock.forward(seconds=5)
        await world.becomes(("sent", None))
    assert world.mail_server.accepted[0].recipients == (family.email,)


async def test_a_booking_whose_hour_has_come_is_suppressed_as_late(world: World) -> None:
    family = await world.knows(Family())
    world.clock.forward(seconds=(STARTS_AT - NOW).total_seconds() + 1)
    await world.arrives(booked(family), occurred_at=NOW)
    async with world.sending():
        await world.becomes(("suppressed", "late"))


async def test_a_mail_more_than_a_day_late_says_so(world: World) -> None:
    family = await world.knows(Family())
    await world.arrives(booked(family))
    world.clock.forward(hours=25)
    async with world.sending():
        await world.becomes(("sent", None))
    assert "Este mensaje sale con retraso" in world.mail_server.texts()[0]


async def test_an_address_no_server_could_hear_fails_without_being_tried(world: World) -> None:
    family = Family()
    await world.account_arrives(family)
    await world.person_arrives(family)
    await world.address_arrives(family, "persona@example.org>\r\nRCPT TO:<otra@example.org")
    async with world.sending():
        await world.arrives(booked(family))
        await world.becomes(("failed", "address-unusable"))
    assert world.mail_server.mails_begun == 0


async def test_r_05_the_activation_link_is_the_first_link_of_the_text(world: World) -> None:
    async with world.sending():
        await world.delivery_requested()
        await world.becomes(("sent", None))
    (text,) = world.mail_server.texts()
    first = next(word for word in text.split() if word.startswith("http"))
    assert first == f"{PUBLIC_URL}/activar?token={TOKEN}"


async def test_r_52_a_secret_is_never_on_the_ledger_and_is_forgotten_once_mailed(
    world: World,
) -> None:
    password = "Clave-Generada-23"
    async with world.sending():
        delivery_id = await world.delivery_requested(
            "credentials",
            {
                "username": "12345678",
                "temporary_password": password,
                "phone": "5550100",
                "email": "persona@example.org",
            },
        )
        await world.becomes(("sent", None))
    assert password in world.mail_server.texts()[0]
    assert not world.identity.deleted
    async with open_identity_client(
        url=world.identity.url, service="notifications", secret="unused", clock=world.clock
    ) as identity:
        assert await forget_secrets(world.database, identity, world.clock()) == 1
        assert await forget_secrets(world.database, identity, world.clock()) == 0
    assert world.identity.deleted == [str(delivery_id)]
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT mails::text AS row FROM mails UNION ALL SELECT outbox::text FROM outbox"
        )
    for secret in (password, "persona@example.org", "5550100", "12345678"):
        assert not any(secret in row["row"] for row in rows)


async def test_a_secret_that_expired_fails_and_says_so(world: World) -> None:
    async with world.sending():
        await world.delivery_requested(stored=False)
        await world.becomes(("failed", "expired"))
    assert await world.told() == ["notifications.mail.failed"]


@pytest.mark.parametrize("missing", ["username", "temporary_password"])
async def test_a_secret_without_its_data_fails_and_is_not_mailed(
    world: World, missing: str
) -> None:
    data = {"username": "1", "temporary_password": "2", "phone": "3", "email": "e@example.org"}
    del data[missing]
    async with world.sending():
        await world.delivery_requested("credentials", data)
        await world.becomes(("failed", "unreadable"))
    assert world.mail_server.accepted == []


async def test_the_message_id_is_made_of_cause_and_template(world: World) -> None:
    cause = await world.arrives(booked(Family()))
    (mail,) = await world.mails()
    assert mail["message_id"] == f"<{cause}.appointment_booked@{DOMAIN}>"
