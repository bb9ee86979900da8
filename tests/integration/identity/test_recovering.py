"""Recovering a password: one answer for all, one password for one link, no session left (R-09)."""

import asyncio
import secrets
from typing import Any

import pytest
from builders.identity import EMAIL, Answered, World
from builders.roll import NUMBER, SERIAL

UNKNOWN = "98765432"


async def ask(world: World, username: str = NUMBER, **headers: str) -> Answered:
    return await world.call("POST", "/v1/password-resets", {"username": username}, headers=headers)


async def confirm(world: World, token: str) -> Answered:
    return await world.call("POST", "/v1/password-resets/confirmations", {"token": token})


async def _outcome(world: World, token: str) -> tuple[int, str]:
    answer = await confirm(world, token)
    return answer.status, "" if answer.status == 200 else answer.slug


@pytest.mark.parametrize("username", [NUMBER, EMAIL, EMAIL.upper()])
async def test_r_09_the_link_makes_a_password_that_is_shown_once_and_mailed(
    world: World, username: str
) -> None:
    former = await world.activated()
    await ask(world, username)
    token = await world.mailed_token("recovery")

    answer = await confirm(world, token)

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.body) == {"username", "temporary_password", "expires_at"}
    assert answer.body["username"] == NUMBER
    assert answer.body["expires_at"] == "2031-03-31T18:00:00.250000Z"
    (mailed,) = await world.deliveries("credentials")
    assert mailed.to == EMAIL
    assert mailed.data["temporary_password"] == answer.body["temporary_password"]
    assert SERIAL not in mailed.data.values()
    assert (await world.log_in(NUMBER, former)).status == 401
    began = await world.log_in(NUMBER, answer.body["temporary_password"])
    assert began.body["password_state"] == "temporary"
    assert await _outcome(world, token) == (410, "link-used")


async def test_r_09_all_sessions_end_at_once(world: World, tokens: dict[str, Any]) -> None:
    (mailed,) = await world.deliveries("credentials")
    other = (await world.log_in(NUMBER, mailed.data["temporary_password"])).body
    await ask(world)

    assert (await confirm(world, await world.mailed_token("recovery"))).status == 200

    for session in (tokens, other):
        assert await world.me(session["access_token"]) == 401
        assert (await world.refresh(session["refresh_token"])).status == 401
    revoked = await world.events("identity.session.revoked")
    assert len({one["data"]["session_id"] for one in revoked}) == 2


async def test_r_09_an_expired_temporary_password_is_recovered_all_the_same(world: World) -> None:
    former = await world.activated()
    world.clock.forward(days=30)
    assert (await world.log_in(NUMBER, former)).status == 401

    await ask(world)
    made = await confirm(world, await world.mailed_token("recovery"))

    assert (await world.log_in(NUMBER, made.body["temporary_password"])).status == 201


@pytest.mark.parametrize("kind", ["unknown", "relative", "pending", "closed", "delayed", "text"])
async def test_p_1_the_answer_is_the_same_whoever_is_named(world: World, kind: str) -> None:
    username = {"unknown": UNKNOWN, "relative": "90000002", "text": "' OR 1=1 --"}.get(kind, NUMBER)
    if kind == "pending":
        await world.register()
    else:
        await world.activated()
    if kind == "delayed":
        for _ in range(6):
            await world.log_in(NUMBER, "incorrecta")
    if kind == "closed":
        async with world.database.connection() as connection:
            await connection.execute("UPDATE accounts SET state = 'closed'")

    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = await ask(world, username)

    assert (answer.status, answer.raw) == (202, b"{}")
    assert loop.time() - began >= 0.1
    assert len(await world.deliveries("recovery")) == (1 if kind == "delayed" else 0)


async def test_r_09_the_owner_is_not_held_up_by_the_failures_of_others(world: World) -> None:
    await world.activated()
    for _ in range(6):
        await world.log_in(NUMBER, "incorrecta")
        await world.log_in(EMAIL, "incorrecta")
    await ask(world)

    made = await confirm(world, await world.mailed_token("recovery"))

    for name in (NUMBER, EMAIL):
        assert (await world.log_in(name, made.body["temporary_password"])).status == 201


async def test_r_09_a_link_lives_exactly_the_hours_of_the_profile(world: World) -> None:
    await world.activated()
    await ask(world)
    token = await world.mailed_token("recovery")
    world.clock.forward(hours=24, seconds=-1)
    assert len(await world.deliveries("recovery")) == 1

    world.clock.forward(seconds=1)
    assert await _outcome(world, token) == (410, "link-expired")
    world.clock.forward(seconds=1)
    assert await _outcome(world, token) == (410, "link-expired")


async def test_r_09_one_second_before_its_end_the_link_still_works(world: World) -> None:
    await world.activated()
    await ask(world)
    token = await world.mailed_token("recovery")

    world.clock.forward(hours=24, seconds=-1)

    assert await _outcome(world, token) == (200, "")


async def test_r_09_a_newer_link_voids_the_older(world: World) -> None:
    await world.activated()
    await ask(world)
    older = await world.mailed_token("recovery")
    world.clock.forward(seconds=59)
    await ask(world)
    assert await world.mailed_token("recovery") == older

    world.clock.forward(seconds=1)
    await ask(world)

    newer = await world.mailed_token("recovery")
    assert len(await world.deliveries("recovery")) == 1
    assert await _outcome(world, older) == (410, "link-expired")
    assert await _outcome(world, newer) == (200, "")


@pytest.mark.parametrize(
    "token",
    ["x", "a" * 43, "á" * 43, "A" * 42 + "=", "../../etc", secrets.token_urlsafe(32)],
    ids=["short", "no such", "not ascii", "padding", "path", "random"],
)
async def test_p_2_a_token_that_never_was_is_not_found(world: World, token: str) -> None:
    assert await _outcome(world, token) == (404, "not-found")


async def test_p_2_a_link_of_another_kind_recovers_nothing(world: World) -> None:
    await world.register()

    assert await _outcome(world, await world.activation_token()) == (404, "not-found")


async def test_p_2_of_a_hundred_confirmations_at_once_one_makes_the_one_password(
    world: World,
) -> None:
    await world.activated()
    await ask(world)
    token = await world.mailed_token("recovery")

    answers = await asyncio.gather(*(confirm(world, token) for _ in range(100)))

    statuses = [answer.status for answer in answers]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 410, 503}
    winner = next(answer for answer in answers if answer.status == 200)
    (mailed,) = await world.deliveries("credentials")
    assert mailed.data["temporary_password"] == winner.body["temporary_password"]
    assert (await world.log_in(NUMBER, winner.body["temporary_password"])).status == 201


async def test_of_twenty_requests_at_once_one_mail_is_sent(world: World) -> None:
    await world.activated()

    answers = await asyncio.gather(*(ask(world) for _ in range(20)))

    assert {answer.status for answer in answers} == {202}
    assert len(await world.deliveries("recovery")) == 1


async def test_beyond_five_an_hour_for_a_name_the_answer_is_the_same_and_nothing_is_sent(
    world: World,
) -> None:
    await world.activated()
    for _ in range(5):
        await ask(world)
        world.clock.forward(minutes=2)
    fifth = await world.mailed_token("recovery")

    answer = await ask(world)

    assert (answer.status, answer.raw) == (202, b"{}")
    assert await world.mailed_token("recovery") == fifth
    world.clock.forward(minutes=50, seconds=-1)
    await ask(world)
    assert await world.mailed_token("recovery") == fifth
    world.clock.forward(seconds=1)
    await ask(world)
    assert await world.mailed_token("recovery") != fifth


async def test_r_09_asking_for_activations_in_somebodys_name_stops_no_recovery(
    world: World,
) -> None:
    await world.activated()
    for _ in range(7):
        await world.call("POST", "/v1/accounts/activation-resends", {"username": NUMBER})
    assert await world.deliveries("recovery") == []

    await ask(world)

    assert len(await world.deliveries("recovery")) == 1


async def test_beyond_a_hundred_an_hour_from_an_address_nothing_is_sent(world: World) -> None:
    await world.activated()
    crowded = {"Sisa-Client-Address": "192.0.2.7"}
    for place in range(99):
        assert (await ask(world, f"7{place:07}", **crowded)).status == 202

    world.clock.forward(seconds=1)
    await ask(world, **crowded)
    hundredth = await world.mailed_token("recovery")
    world.clock.forward(seconds=61)
    beyond = await ask(world, **crowded)

    assert (beyond.status, beyond.raw) == (202, b"{}")
    assert await world.mailed_token("recovery") == hundredth
    await ask(world)
    assert await world.mailed_token("recovery") != hundredth


async def test_no_event_and_no_row_holds_the_token_or_the_password(world: World) -> None:
    await world.activated()
    await ask(world)
    token = await world.mailed_token("recovery")
    password = (await confirm(world, token)).body["temporary_password"]

    async with world.database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        held = [
            str(row)
            for table in tables
            for row in await connection.fetch(f'SELECT * FROM "{table["tablename"]}"')
        ]
    assert len(held) > 10
    for secret in (token, password):
        assert not any(secret in row for row in held)
