"""Sessions: rotation, reuse, the list, and closed ones that are closed at once (R-13)."""

import asyncio
from typing import Any

import jwt
import pytest
from identity_world import NUMBER, Answered, Line, World, holders

from identity.usecases.clean_up import clean_up


async def _refresh(world: World, token: str) -> Answered:
    return await world.call("POST", "/v1/sessions/refresh", {"refresh_token": token})


async def _me(world: World, access_token: str) -> int:
    return (await world.call("GET", "/v1/me", bearer=access_token)).status


@pytest.fixture
async def tokens(world: World) -> dict[str, Any]:
    """A session's tokens."""
    password = await world.activated()
    answer = await world.log_in(NUMBER, password, **{"User-Agent": "Navegador de prueba"})
    assert isinstance(answer.body, dict)
    return answer.body


async def test_the_access_token_has_exactly_the_claims_and_the_header_agreed(
    world: World, tokens: dict[str, Any]
) -> None:
    keys = (await world.call("GET", "/.well-known/jwks.json")).body["keys"]
    header = jwt.get_unverified_header(tokens["access_token"])
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})

    assert header == {"alg": "EdDSA", "typ": "at+jwt", "kid": keys[0]["kid"]}
    assert set(claims) == {
        "sub", "sid", "role", "family_id", "iss", "aud", "iat", "exp", "jti",
    }  # fmt: skip
    assert (claims["iss"], claims["aud"]) == ("sisa-identity", "sisa")
    assert claims["role"] == "affiliate"
    assert claims["iat"] == world.clock().timestamp()
    assert claims["exp"] - 600 == int(world.clock().timestamp())
    assert set(keys[0]) == {"kty", "crv", "x", "kid", "use", "alg"}


async def test_r_13_refreshing_rotates_and_both_tokens_work(
    world: World, tokens: dict[str, Any]
) -> None:
    answer = await _refresh(world, tokens["refresh_token"])

    assert answer.status == 200
    assert answer.body["refresh_token"] != tokens["refresh_token"]
    assert await _me(world, answer.body["access_token"]) == 200
    assert (await _refresh(world, answer.body["refresh_token"])).status == 200


async def test_r_13_within_thirty_seconds_the_previous_token_gives_a_sibling(
    world: World, tokens: dict[str, Any]
) -> None:
    first = await _refresh(world, tokens["refresh_token"])
    world.clock.forward(seconds=30)

    sibling = await _refresh(world, tokens["refresh_token"])

    assert sibling.status == 200
    assert (await _refresh(world, sibling.body["refresh_token"])).status == 200
    assert (await _refresh(world, first.body["refresh_token"])).status == 200


async def test_r_13_reuse_after_thirty_seconds_ends_the_session_for_both_holders(
    world: World, tokens: dict[str, Any]
) -> None:
    honest = await _refresh(world, tokens["refresh_token"])
    world.clock.forward(seconds=30, microseconds=1)

    stolen = await _refresh(world, tokens["refresh_token"])

    assert (stolen.status, stolen.slug) == (401, "session-required")
    assert (await _refresh(world, honest.body["refresh_token"])).status == 401
    assert await _me(world, honest.body["access_token"]) == 401
    (revoked,) = await world.events("identity.session.revoked")
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert revoked["data"]["session_id"] == claims["sid"]
    assert revoked["data"]["account_id"] is None


async def test_twenty_tabs_that_refresh_at_once_all_go_on(
    world: World, tokens: dict[str, Any]
) -> None:
    answers = await asyncio.gather(*(_refresh(world, tokens["refresh_token"]) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["refresh_token"] for answer in answers}) == 20
    assert await world.events("identity.session.revoked") == []


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ñ" * 43])
async def test_an_unknown_refresh_token_is_no_session(
    world: World, tokens: dict[str, Any], token: str
) -> None:
    answer = await _refresh(world, token)

    assert answer.status == (401 if token else 422)
    assert await _me(world, tokens["access_token"]) == 200


@pytest.mark.parametrize(("channel", "idle"), [("web", {"hours": 2}), ("mobile", {"days": 30})])
async def test_an_unused_session_runs_out_by_its_channel(
    world: World, channel: str, idle: dict[str, float]
) -> None:
    password = await world.activated()
    began = (await world.log_in(NUMBER, password, **{"Sisa-Channel": channel})).body

    world.clock.forward(**idle)
    world.clock.forward(seconds=-1)
    refreshed = await _refresh(world, began["refresh_token"])
    assert refreshed.status == 200
    world.clock.forward(**idle)
    assert (await _refresh(world, refreshed.body["refresh_token"])).status == 401


async def test_a_session_in_use_ends_with_its_longest_life(
    world: World, tokens: dict[str, Any]
) -> None:
    token = tokens["refresh_token"]
    for _ in range(11):
        world.clock.forward(hours=1)
        token = (await _refresh(world, token)).body["refresh_token"]
    world.clock.forward(hours=1)

    assert (await _refresh(world, token)).status == 401


async def test_r_13_the_list_shows_open_sessions_the_newest_first(
    world: World, tokens: dict[str, Any]
) -> None:
    world.clock.forward(minutes=1)
    (mailed,) = await world.deliveries("credentials")
    password = mailed.data["temporary_password"]
    newer = (await world.log_in(NUMBER, password, **{"Sisa-Channel": "mobile"})).body

    answer = await world.call("GET", "/v1/sessions", bearer=newer["access_token"])

    assert [item["current"] for item in answer.body["items"]] == [True, False]
    assert [item["channel"] for item in answer.body["items"]] == ["mobile", "web"]
    assert answer.body["items"][1]["device"] == "Navegador de prueba"
    assert answer.body["next"] is None
    assert tokens["access_token"] not in answer.raw.decode()


async def test_l_8_after_logging_out_the_token_is_refused_at_once(
    world: World, tokens: dict[str, Any]
) -> None:
    bearer = tokens["access_token"]

    out = await world.call("DELETE", "/v1/sessions/current", bearer=bearer)

    assert (out.status, out.raw) == (204, b"")
    assert await _me(world, bearer) == 401
    assert (await _refresh(world, tokens["refresh_token"])).status == 401
    assert (await world.call("DELETE", "/v1/sessions/current", bearer=bearer)).status == 401
    (revoked,) = await world.events("identity.session.revoked")
    assert revoked["data"]["issued_before"] > revoked["time"]


async def test_r_13_one_session_or_all_can_be_closed(world: World, tokens: dict[str, Any]) -> None:
    (mailed,) = await world.deliveries("credentials")
    password = mailed.data["temporary_password"]
    bearers = [(await world.log_in(NUMBER, password)).body["access_token"] for _ in range(3)]
    listed = await world.call("GET", "/v1/sessions", bearer=bearers[0])
    other = next(item["id"] for item in listed.body["items"] if not item["current"])

    one = await world.call("DELETE", f"/v1/sessions/{other}", bearer=bearers[0])
    again = await world.call("DELETE", f"/v1/sessions/{other}", bearer=bearers[0])
    statuses = [await _me(world, bearer) for bearer in [tokens["access_token"], *bearers]]
    every = await world.call("DELETE", "/v1/sessions", bearer=bearers[0])

    assert (one.status, again.status, again.slug) == (204, 404, "not-found")
    assert sorted(statuses) == [200, 200, 200, 401]
    assert every.status == 204
    assert {await _me(world, bearer) for bearer in bearers} == {401}
    assert len(await world.events("identity.session.revoked")) == 4


async def test_another_familys_session_is_not_found(world: World, tokens: dict[str, Any]) -> None:
    (other,) = holders(1)
    await world.loader.lines([Line(), other], confirmed=True)
    password = await world.activated(
        affiliation_number=other.affiliation_number,
        serial_number=other.serial_number,
        email="otra@example.org",
    )
    theirs = (await world.log_in(other.affiliation_number, password)).body
    claims = jwt.decode(theirs["access_token"], options={"verify_signature": False})

    answer = await world.call(
        "DELETE", f"/v1/sessions/{claims['sid']}", bearer=tokens["access_token"]
    )

    assert answer.status == 404
    assert await _me(world, theirs["access_token"]) == 200


async def test_the_session_beyond_twenty_ends_the_oldest(
    world: World, tokens: dict[str, Any]
) -> None:
    (mailed,) = await world.deliveries("credentials")
    bearers = [tokens["access_token"]]
    for _ in range(20):
        world.clock.forward(seconds=1)
        began = await world.log_in(NUMBER, mailed.data["temporary_password"])
        bearers.append(began.body["access_token"])

    assert [await _me(world, bearer) for bearer in bearers] == [401] + [200] * 20


async def test_ended_sessions_are_forgotten_after_thirty_days(
    world: World, tokens: dict[str, Any]
) -> None:
    await world.call("DELETE", "/v1/sessions", bearer=tokens["access_token"])
    world.clock.forward(days=30)
    await clean_up(world.database, now=world.clock())
    assert await world.count("sessions") == 1
    world.clock.forward(seconds=1)

    await clean_up(world.database, now=world.clock())

    assert await world.count("sessions") == 0
    assert await world.count("refresh_tokens") == 0
    assert await world.count("revocations") == 0
