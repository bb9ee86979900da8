"""Registering many times, wrongly or at once: what is limited and what never is (R-04)."""

import asyncio

import pytest
from builders.identity import World, registration
from builders.roll import NUMBER, holders


async def test_r_8_of_a_hundred_identical_registrations_one_makes_the_account(
    world: World,
) -> None:
    answers = await asyncio.gather(*(world.register() for _ in range(100)))

    statuses = [answer.status for answer in answers]
    assert statuses.count(202) == 1
    assert set(statuses) <= {202, 409, 503}
    assert await world.count("accounts") == 1
    assert await world.count("links") == 1
    assert len(await world.deliveries("activation")) == 1
    assert len(await world.events("identity.account.registered")) == 1


@pytest.mark.parametrize("number", [NUMBER, "98765432"], ids=["known", "unknown"])
async def test_r_9_a_sixth_wrong_serial_for_a_number_in_a_day_is_refused_unread(
    world: World, number: str
) -> None:
    for _ in range(5):
        wrong = await world.register(affiliation_number=number, serial_number="ZZZZ9999")
        assert wrong.status == 422

    sixth = await world.register(affiliation_number=number, serial_number="ZZZZ9999")
    right = await world.register(affiliation_number=number)

    assert (sixth.status, sixth.slug) == (429, "too-many-requests")
    assert right.status == 429
    assert int(right.headers["Retry-After"]) == 24 * 3600
    world.clock.forward(hours=24)
    later = await world.register(affiliation_number=number)
    assert later.status == (202 if number == NUMBER else 422)


async def test_a_volley_of_wrong_serials_has_no_more_guesses_than_a_queue(world: World) -> None:
    answers = await asyncio.gather(
        *(world.register(serial_number=f"ZZZZ99{place:02}") for place in range(22, 52))
    )

    judged = [answer for answer in answers if answer.status == 422]
    assert len([answer for answer in judged if answer.slug == "roll-mismatch"]) <= 5
    assert await world.count("accounts") == 0


async def test_r_9_an_address_is_slowed_not_stopped_after_twenty_wrong_serials_in_an_hour(
    world: World,
) -> None:
    async def guess(place: int, address: str) -> int:
        body = registration(affiliation_number=f"9876{place:04}")
        headers = {"Sisa-Client-Address": address}
        return (await world.call("POST", "/v1/accounts", body, headers=headers)).status

    assert [await guess(place, "192.0.2.1") for place in range(20)] == [422] * 20
    assert await guess(20, "192.0.2.1") == 429
    assert await guess(20, "192.0.2.2") == 422
    world.clock.forward(seconds=1)
    assert await guess(20, "192.0.2.1") == 422
    assert await guess(21, "192.0.2.1") == 429
    world.clock.forward(hours=1)
    assert await guess(22, "192.0.2.1") == 422


async def test_successes_are_never_limited(empty: World) -> None:
    families = holders(30)
    await empty.loader.lines(families)

    for family in families:
        answer = await empty.register(
            affiliation_number=family.affiliation_number,
            serial_number=family.serial_number,
            email=f"f{family.affiliation_number}@example.org",
        )
        assert answer.status == 202
