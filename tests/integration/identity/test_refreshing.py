"""Refreshing: the token rotates, tabs get siblings, and reuse ends the session (R-13)."""

import asyncio
from typing import Any

import jwt
import pytest
from builders.identity import World
from builders.roll import NUMBER


async def test_r_13_refreshing_rotates_and_both_tokens_work(
    world: World, tokens: dict[str, Any]
) -> None:
    answer = await world.refresh(tokens["refresh_token"])

    assert answer.status == 200
    assert answer.body["refresh_token"] != tokens["refresh_token"]
    assert await world.me(answer.body["access_token"]) == 200
    assert (await world.refresh(answer.body["refresh_token"])).status == 200


async def test_r_13_within_thirty_seconds_the_previous_token_gives_a_sibling(
    world: World, tokens: dict[str, Any]
) -> None:
    first = await world.refresh(tokens["refresh_token"])
    world.clock.forward(seconds=30)

    sibling = await world.refresh(tokens["refresh_token"])

    assert sibling.status == 200
    assert (await world.refresh(sibling.body["refresh_token"])).status == 200
    assert (await world.refresh(first.body["refresh_token"])).status == 200


async def test_r_13_reuse_after_thirty_seconds_ends_the_session_for_both_holders(
    world: World, tokens: dict[str, Any]
) -> None:
    honest = await world.refresh(tokens["refresh_token"])
    world.clock.forward(seconds=30, microseconds=1)

    stolen = await world.refresh(tokens["refresh_token"])

    assert (stolen.status, stolen.slug) == (401, "session-required")
    assert (await world.refresh(honest.body["refresh_token"])).status == 401
    assert await world.me(honest.body["access_token"]) == 401
    (revoked,) = await world.events("identity.session.revoked")
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert revoked["data"]["session_id"] == claims["sid"]
    assert revoked["data"]["account_id"] is None


async def test_twenty_tabs_that_refresh_at_once_all_go_on(
    world: World, tokens: dict[str, Any]
) -> None:
    answers = await asyncio.gather(*(world.refresh(tokens["refresh_token"]) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["refresh_token"] for answer in answers}) == 20
    assert await world.events("identity.session.revoked") == []


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ñ" * 43])
async def test_an_unknown_refresh_token_is_no_session(
    world: World, tokens: dict[str, Any], token: str
) -> None:
    answer = await world.refresh(token)

    assert answer.status == (401 if token else 422)
    assert await world.me(tokens["access_token"]) == 200


@pytest.mark.parametrize(("channel", "idle"), [("web", {"hours": 2}), ("mobile", {"days": 30})])
async def test_an_unused_session_runs_out_by_its_channel(
    world: World, channel: str, idle: dict[str, float]
) -> None:
    password = await world.activated()
    began = (await world.log_in(NUMBER, password, **{"Sisa-Channel": channel})).body

    world.clock.forward(**idle)
    world.clock.forward(seconds=-1)
    refreshed = await world.refresh(began["refresh_token"])
    assert refreshed.status == 200
    world.clock.forward(**idle)
    assert (await world.refresh(refreshed.body["refresh_token"])).status == 401


async def test_a_session_in_use_ends_with_its_longest_life(
    world: World, tokens: dict[str, Any]
) -> None:
    token = tokens["refresh_token"]
    for _ in range(11):
        world.clock.forward(hours=1)
        token = (await world.refresh(token)).body["refresh_token"]
    world.clock.forward(hours=1)

    assert (await world.refresh(token)).status == 401
