"""Registering: what is proved, what is told, and what the screen never says (R-02 to R-05)."""

from dataclasses import replace
from typing import Any

import pytest
from builders.identity import EMAIL, World, registration
from builders.roll import NUMBER, SERIAL, SPOUSE, Line, holders


async def test_r_05_registering_mails_an_activation_link_and_tells_of_the_account(
    world: World,
) -> None:
    answer = await world.register()

    assert (answer.status, answer.body) == (202, {})
    (delivery,) = await world.deliveries("activation")
    assert (delivery.to, delivery.name) == (EMAIL, "Ana Muestra Modelo")
    assert len(delivery.data["token"]) == 43
    (registered,) = await world.events("identity.account.registered")
    (requested,) = await world.events("identity.delivery.requested")
    assert registered["sequence"] == requested["sequence"] == "0000000001"
    assert requested["data"]["delivery_id"] == str(delivery.delivery_id)
    assert await world.events("identity.contact.changed") == []


async def test_r_02_each_accepted_document_is_kept_with_version_instant_and_text_hash(
    world: World,
) -> None:
    await world.register()

    async with world.database.connection() as connection:
        rows = await connection.fetch("SELECT * FROM consents ORDER BY document")
    assert [row["document"] for row in rows] == [
        "family_grouping",
        "privacy_full",
        "privacy_simplified",
        "terms",
    ]
    assert {row["version"] for row in rows} == {"1.0"}
    assert {row["accepted_at"] for row in rows} == {world.clock()}
    assert all(len(row["text_sha256"]) == 32 for row in rows)


async def test_the_secret_of_a_link_stands_nowhere_in_the_database(world: World) -> None:
    await world.register()
    token = await world.activation_token()

    async with world.database.connection() as connection:
        tables = ("accounts", "links", "deliveries", "outbox", "families", "failures")
        for table in tables:
            rows = await connection.fetch(f"SELECT t::text AS row FROM {table} t")
            held = " ".join(row["row"] for row in rows)
            assert token not in held
            assert token.encode().hex() not in held
            assert SERIAL not in held
            assert SERIAL.encode().hex() not in held


@pytest.mark.parametrize(
    "changed",
    [
        {"affiliation_number": "98765432"},
        {"serial_number": "ZZZZ9999"},
        {"affiliation_number": "90000003", "serial_number": "LAPS3333"},
        {"affiliation_number": "90000004", "serial_number": "FUTU3333"},
        {"affiliation_number": "90000005", "serial_number": "ABCD2345"},
    ],
    ids=["unknown number", "wrong serial", "lapsed", "not covered yet", "family without serial"],
)
async def test_r_04_whatever_does_not_match_the_roll_is_one_same_answer(
    world: World, changed: dict[str, str]
) -> None:
    await world.loader.lines(
        [
            Line(),
            Line("90000003", "90000003", "LAPS3333", valid_to="2031-02-28"),
            Line("90000004", "90000004", "FUTU3333", valid_from="2031-03-02"),
            Line("90000005", "90000005", ""),
        ],
        confirmed=True,
    )

    answer = await world.register(**changed)

    assert (answer.status, answer.slug) == (422, "roll-mismatch")
    expected = await world.register(affiliation_number="98765431")
    same = {"trace_id", "instance"}
    assert {k: v for k, v in answer.body.items() if k not in same} == {
        k: v for k, v in expected.body.items() if k not in same
    }
    assert await world.count("accounts") == 0


async def test_r_04_who_proves_the_serial_learns_that_the_family_has_its_account(
    world: World,
) -> None:
    await world.activated()

    proven = await world.register(email="otra@example.org")
    unproven = await world.register(email="otra@example.org", serial_number="ZZZZ9999")

    assert (proven.status, proven.slug) == (409, "already-registered")
    assert proven.body["title"] == "El número de afiliación ya se encuentra registrado"
    assert (unproven.status, unproven.slug) == (422, "roll-mismatch")


async def test_a_pending_account_is_already_registered_and_gets_no_second_mail(
    world: World,
) -> None:
    await world.register()

    again = await world.register()

    assert (again.status, again.slug) == (409, "already-registered")
    assert len(await world.deliveries("activation")) == 1


async def test_r_03_a_relative_registers_and_the_account_is_the_holders(world: World) -> None:
    password = await world.activated(affiliation_number=SPOUSE)

    by_holder = await world.log_in(NUMBER, password)
    by_relative = await world.log_in(SPOUSE, password)

    assert by_holder.status == 201
    assert (by_relative.status, by_relative.slug) == (401, "invalid-credentials")
    assert (await world.register()).slug == "already-registered"


async def test_r_07_an_address_in_use_looks_like_success_and_its_owner_is_told(
    world: World,
) -> None:
    await world.loader.lines([Line(), *holders(1)], confirmed=True)
    await world.activated()
    (other,) = holders(1)

    answer = await world.register(
        affiliation_number=other.affiliation_number,
        serial_number=other.serial_number,
        email="TITULAR@Example.org",
    )

    assert (answer.status, answer.body) == (202, {})
    assert await world.count("accounts") == 1
    (notice,) = await world.deliveries("account_notice")
    assert (notice.to, notice.data) == (EMAIL, {"notice": "email_in_use"})


async def test_numbers_are_one_number_however_they_are_spelt(world: World) -> None:
    assert (await world.register(affiliation_number=" 9000-0001 ")).status == 202
    assert (await world.register(serial_number="aaaa-3333")).slug == "already-registered"


_ACCEPTS = registration()["accepts"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"affiliation_number": "12"}, "/affiliation_number"),
        ({"affiliation_number": "٩٠٠٠٠٠٠١"}, "/affiliation_number"),
        ({"affiliation_number": 90000001}, "/affiliation_number"),
        ({"serial_number": "0O1I"}, "/serial_number"),
        ({"phone": "123"}, "/phone"),
        ({"email": "sin-arroba"}, "/email"),
        ({"email": "a@example.org, b@example.org"}, "/email"),
        ({"email": "Ana <a@example.org>"}, "/email"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "/email"),
        ({"email": "a" * 250 + "@example.org"}, "/email"),
        ({"email_confirmation": "otra@example.org"}, "/email_confirmation"),
        ({"accepts": _ACCEPTS | {"terms": False}}, "/accepts/terms"),
        ({"accepts": _ACCEPTS | {"terms": "on"}}, "/accepts/terms"),
        ({"accepts": {"privacy_full": True}}, "/accepts/terms"),
        ({"role": "administrator"}, ""),
    ],
)
async def test_r_1_what_cannot_be_right_is_refused_by_field_and_never_echoed(
    world: World, changed: dict[str, Any], pointer: str
) -> None:
    answer = await world.register(**changed)

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert pointer in {fault["pointer"] for fault in answer.body["errors"]}
    value = next(iter(changed.values()))
    if isinstance(value, str) and len(value) > 4:
        assert value.encode() not in answer.raw
    assert await world.count("accounts") == 0


async def test_the_family_counts_as_registered_even_when_it_moved_units(world: World) -> None:
    await world.activated()
    moved = replace(Line(), home_unit=Line().home_unit, given_names="Ana María")
    await world.loader.lines([moved], confirmed=True)

    (contact, renamed) = await world.events("identity.contact.changed")
    assert contact["data"]["name"] == "Ana Muestra Modelo"
    assert renamed["data"] == contact["data"] | {"name": "Ana María Muestra Modelo"}
    assert renamed["sequence"] == "0000000002"
