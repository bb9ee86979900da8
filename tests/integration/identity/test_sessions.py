"""Sessions: rotation, reuse, the list, and closed ones that are closed at once (R-13)."""

from typing import Any

import jwt
import pytest
from builders.identity import World
from builders.roll import NUMBER, Line, holders

from identity.usecases.clean_up import clean_up


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
    assert await world.me(bearer) == 401
    assert (await world.refresh(tokens["refresh_token"])).status == 401
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
    statuses = [await world.me(bearer) for bearer in [tokens["access_token"], *bearers]]
    every = await world.call("DELETE", "/v1/sessions", bearer=bearers[0])

    assert (one.status, again.status, again.slug) == (204, 404, "not-found")
    assert sorted(statuses) == [200, 200, 200, 401]
    assert every.status == 204
    assert {await world.me(bearer) for bearer in bearers} == {401}
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
    assert await world.me(theirs["access_token"]) == 200


async def test_the_session_beyond_the_most_ends_the_oldest(
    world: World, tokens: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.usecases.log_in.OPEN_AT_ONCE", 5)
    (mailed,) = await world.deliveries("credentials")
    bearers = [tokens["access_token"]]
    for _ in range(5):
        world.clock.forward(seconds=1)
        began = await world.log_in(NUMBER, mailed.data["temporary_password"])
        bearers.append(began.body["access_token"])

    assert [await world.me(bearer) for bearer in bearers] == [401] + [200] * 5


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
