"""Crowds behind one address pass; a flood is told when to come back."""

import asyncio
from collections import Counter

import orjson
from builders.gateway import CREDENTIAL, Got, World
from fakes.neighbour import Neighbour


async def _flood(
    world: World, count: int, method: str, path: str, port: int | None = None, **headers: str
) -> list[Got]:
    calls = (world.call(method, path, headers=headers, port=port) for _ in range(count))
    return list(await asyncio.gather(*calls))


def _count(answers: list[Got]) -> Counter[int]:
    return Counter(got.status for got in answers)


async def test_five_hundred_phones_behind_one_address_book_at_once(world: World) -> None:
    calls = (
        world.call("POST", "/v1/appointments", headers={"Authorization": f"Bearer phone-{number}"})
        for number in range(500)
    )
    assert _count(list(await asyncio.gather(*calls))) == {200: 500}


async def test_five_hundred_phones_behind_one_address_log_in_at_once(world: World) -> None:
    assert _count(await _flood(world, 500, "POST", "/v1/sessions")) == {200: 500}


async def test_fifty_parallel_requests_with_one_token_pass(world: World) -> None:
    answers = await _flood(world, 50, "POST", "/v1/appointments", Authorization="Bearer one")
    assert _count(answers) == {200: 50}


async def test_g_19_a_flood_with_one_token_is_429_and_other_callers_do_not_notice(
    world: World, scheduling: Neighbour
) -> None:
    answers = await _flood(world, 1000, "GET", "/v1/appointments", Authorization="Bearer one")
    refused = [got for got in answers if got.status == 429]
    assert 400 <= len(scheduling.asked) <= 700
    assert len(refused) == 1000 - len(scheduling.asked)
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert orjson.loads(refused[0].body)["type"] == "/problems/too-many-requests"
    assert _count(
        await _flood(world, 1, "GET", "/v1/appointments", Authorization="Bearer other")
    ) == {200: 1}


async def test_g_19_a_flood_of_log_ins_is_429_whatever_token_it_carries(world: World) -> None:
    calls = (
        world.call("POST", "/v1/sessions", headers={"Authorization": f"Bearer made-up-{number}"})
        for number in range(1200)
    )
    counted = _count(list(await asyncio.gather(*calls)))
    assert counted[429] > 300
    assert counted[200] >= 600


async def test_g_18_forged_headers_do_not_make_a_new_caller(world: World) -> None:
    calls = (
        world.call("POST", "/v1/sessions", headers={"X-Forwarded-For": f"203.0.113.{n % 250}"})
        for n in range(1200)
    )
    assert _count(list(await asyncio.gather(*calls)))[429] > 300


async def test_behind_the_portal_each_browser_is_a_caller_of_its_own(world: World) -> None:
    shown = {"Sisa-Portal-Credential": CREDENTIAL}
    for browser in range(4):
        headers = shown | {"Sisa-Client-Address": f"203.0.113.{browser}"}
        answers = await _flood(world, 400, "POST", "/v1/sessions", world.portal, **headers)
        assert _count(answers) == {200: 400}


async def test_health_is_never_limited(world: World) -> None:
    assert _count(await _flood(world, 1500, "GET", "/health/live")) == {200: 1500}
