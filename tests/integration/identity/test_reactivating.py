"""Reactivating: by the family's card, to a new address; at once if never activated (R-11)."""

import asyncio

import pytest
from builders.email_changes import CONFIRMATIONS, NEW, another_family, ask, confirm
from builders.identity import EMAIL, World
from builders.roll import NUMBER, SERIAL, SPOUSE, Line


async def test_r_11_an_account_never_activated_works_at_once(world: World) -> None:
    await world.register()
    former = await world.activation_token()
    assert (await ask(world)).status == 202

    answer = await confirm(world)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert (answer.body["state"], answer.body["username"]) == ("done", NUMBER)
    password = answer.body["temporary_password"]
    assert answer.body["expires_at"] == "2031-03-31T18:00:00.250000Z"
    (mailed,) = await world.deliveries("credentials")
    assert (mailed.to, mailed.data["temporary_password"]) == (NEW, password)
    assert (await world.log_in(NEW, password)).status == 201
    assert (await world.log_in(EMAIL, password)).status == 401
    (contact,) = await world.events("identity.contact.changed")
    assert (contact["data"]["email"], contact["sequence"]) == (NEW, "0000000001")
    # The address that never proved itself is told, and can neither activate nor undo.
    assert await world.notices() == [(EMAIL, "activated_elsewhere")]
    assert await world.deliveries("email_changed") == []
    late = await world.call("POST", "/v1/accounts/activations", {"token": former})
    assert (late.status, late.slug) == (410, "link-expired")


async def test_r_11_a_pending_account_is_activated_by_its_own_address_too(world: World) -> None:
    await world.register()
    await ask(world, email=EMAIL)

    answer = await confirm(world)

    assert (answer.status, answer.body["state"]) == (200, "done")
    assert (await world.log_in(EMAIL, answer.body["temporary_password"])).status == 201
    assert await world.notices() == []


async def test_r_11_a_relatives_number_and_serial_reach_the_holders_account(world: World) -> None:
    await world.loader.lines([Line(), Line(SPOUSE, relation="spouse", serial_number=SERIAL)])
    await world.activated()

    await ask(world, affiliation_number=SPOUSE)

    assert (await confirm(world)).body["username"] == NUMBER


@pytest.mark.parametrize("kind", ["right", "wrong", "unknown", "lapsed", "unregistered", "closed"])
async def test_p_5_the_answer_is_the_same_whatever_was_right(world: World, kind: str) -> None:
    if kind != "unregistered":
        await world.activated()
    if kind == "lapsed":
        await world.loader.lines([Line(valid_to="2031-02-01")], confirmed=True)
    if kind == "closed":
        async with world.database.connection() as connection:
            await connection.execute("UPDATE accounts SET state = 'closed'")
    given = {"wrong": {"serial_number": "ZZZZ9999"}, "unknown": {"affiliation_number": "98765432"}}

    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await ask(world, **given.get(kind, {}))

    assert (answer.status, answer.raw) == (202, b"{}")
    assert loop.time() - began >= 0.1
    assert len(await world.deliveries("email_change")) == (1 if kind == "right" else 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("affiliation_number", "12"),
        ("affiliation_number", "٩٠٠٠٠٠٠١"),
        ("serial_number", "I0"),
        ("email", "nadie"),
        ("email", "a@example.org, b@example.org"),
    ],
)
async def test_what_can_be_nobodys_is_refused_by_its_form(
    world: World, field: str, value: str
) -> None:
    answer = await ask(world, **{field: value})

    assert (answer.status, answer.slug) == (422, "invalid-request")
    assert [error["pointer"] for error in answer.body["errors"]] == [f"/{field}"]


async def test_r_9_after_five_wrong_serials_the_right_one_does_nothing_and_looks_the_same(
    world: World,
) -> None:
    await world.activated()
    for _ in range(5):
        assert (await ask(world, serial_number="ZZZZ9999")).status == 202

    answer = await ask(world)

    assert (answer.status, answer.raw) == (202, b"{}")
    assert await world.deliveries("email_change") == []
    world.clock.forward(hours=24)
    await ask(world)
    assert len(await world.deliveries("email_change")) == 1


async def test_r_11_an_address_of_another_account_is_told_to_its_mailbox_alone(
    world: World,
) -> None:
    await world.activated()
    await another_family(world, "otra@example.org")

    answer = await ask(world, email="OTRA@example.org")

    assert (answer.status, answer.raw) == (202, b"{}")
    assert await world.notices() == [("otra@example.org", "email_wanted")]
    assert await world.deliveries("email_change") == []


async def test_nobody_can_flood_a_mailbox_by_naming_it(world: World) -> None:
    await world.activated()
    await another_family(world, "otra@example.org")

    for place in range(12):
        await ask(world, email="otra@example.org", address=f"192.0.2.{place}")

    assert len(await world.notices()) == 5


async def test_p_7_the_address_that_the_account_has_is_told_that_nothing_needs_changing(
    world: World,
) -> None:
    await world.activated()

    answer = await ask(world, email=EMAIL)

    assert (answer.status, answer.raw) == (202, b"{}")
    assert await world.notices() == [(EMAIL, "email_unchanged")]
    assert await world.deliveries("email_change") == []


async def test_between_two_links_there_is_a_least_interval_and_the_newer_voids_the_older(
    world: World,
) -> None:
    await world.activated()
    await ask(world)
    older = await world.mailed_token("email_change")
    world.clock.forward(seconds=59)
    await ask(world, email="tercera@example.org")
    assert await world.mailed_token("email_change") == older

    world.clock.forward(seconds=1)
    await ask(world, email="tercera@example.org")

    late = await world.call("POST", CONFIRMATIONS, {"token": older})
    assert (late.status, late.slug) == (410, "link-expired")
    assert (await confirm(world)).body["state"] == "waiting"


async def test_of_a_hundred_confirmations_at_once_one_activates(world: World) -> None:
    await world.register()
    await ask(world)
    token = await world.mailed_token("email_change")

    answers = await asyncio.gather(
        *(world.call("POST", CONFIRMATIONS, {"token": token}) for _ in range(100))
    )

    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 410, 503}
    winner = next(answer for answer in answers if answer.status == 200)
    assert (await world.log_in(NEW, winner.body["temporary_password"])).status == 201


async def test_activating_and_reactivating_at_once_leave_one_password(world: World) -> None:
    await world.register()
    activation = await world.activation_token()
    await ask(world)
    token = await world.mailed_token("email_change")

    both = await asyncio.gather(
        world.call("POST", "/v1/accounts/activations", {"token": activation}),
        world.call("POST", CONFIRMATIONS, {"token": token}),
    )

    assert {answer.status for answer in both} <= {200, 410}
    made = [
        answer.body["temporary_password"]
        for answer in both
        if answer.status == 200 and answer.body.get("temporary_password")
    ]
    assert len(made) == 1
    assert (await world.log_in(NUMBER, made[0])).status == 201
