"""A service that hangs, cuts off or is away costs its own callers a 503 and the others nothing."""

import asyncio
import socket
import time

import orjson
import pytest
from builders.gateway import Got, World, gateway, settings
from builders.pace import within
from fakes.neighbour import Neighbour

from gateway.app import build
from shared.contracts.problems import PROBLEMS


def assert_unavailable(got: Got) -> None:
    assert got.status == PROBLEMS["unavailable"].status
    assert got.headers["Content-Type"] == "application/problem+json"
    assert int(got.headers["Retry-After"]) >= 1
    assert orjson.loads(got.body)["type"] == "/problems/unavailable"


async def test_a_hung_service_is_503_within_three_seconds_and_the_others_do_not_notice(
    world: World, identity: Neighbour, scheduling: Neighbour
) -> None:
    scheduling.mood = "hangs"
    began = time.monotonic()
    stuck = [asyncio.create_task(world.call("GET", "/v1/appointments")) for _ in range(100)]
    await asyncio.sleep(0.2)
    times = []
    for _ in range(30):
        before = time.monotonic()
        assert (await world.call("GET", "/v1/institute")).status == 200
        times.append(time.monotonic() - before)
    assert max(times) < within(0.5)
    for got in await asyncio.gather(*stuck):
        assert_unavailable(got)
    assert time.monotonic() - began < 3 + within(0.3)
    assert len(identity.asked) == 30


async def test_requests_beyond_the_places_wait_a_second_and_a_half_at_most(
    identity: Neighbour, scheduling: Neighbour
) -> None:
    scheduling.mood = "hangs"
    async with gateway(settings(identity.url, scheduling.url, places=4)) as world:

        async def timed() -> float:
            began = time.monotonic()
            assert_unavailable(await world.call("GET", "/v1/appointments"))
            return time.monotonic() - began

        taken = sorted(await asyncio.gather(*(timed() for _ in range(30))))
    assert taken[9] < min(within(0.7), 1.4), "neither a place nor a place in the queue"
    assert 1.4 < taken[10] < taken[25] < min(within(2.2), 2.8), "a place in the queue"
    assert 2.8 < taken[26] < taken[29] < 3 + within(0.3), "a place"
    assert len(scheduling.asked) == 4


async def test_a_service_that_hung_is_used_again_as_soon_as_it_answers(
    world: World, scheduling: Neighbour
) -> None:
    scheduling.mood = "hangs"
    assert_unavailable(await world.call("GET", "/v1/appointments"))
    scheduling.mood = "answers"
    assert (await world.call("GET", "/v1/appointments")).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_service_that_is_away_is_503_at_once(
    world: World, scheduling: Neighbour, method: str
) -> None:
    await scheduling.stop()
    began = time.monotonic()
    assert_unavailable(await world.call(method, "/v1/appointments"))
    assert time.monotonic() - began < within(1)
    await scheduling.start()
    assert (await world.call(method, "/v1/appointments")).status == 200


async def test_a_post_that_was_cut_off_is_not_sent_again_and_a_get_is_read_once_more(
    world: World, scheduling: Neighbour
) -> None:
    scheduling.mood = "resets"
    for method, times in (("POST", 1), ("DELETE", 0), ("GET", 2)):
        scheduling.received.clear()
        path = "/v1/appointments"
        got = await world.call(method, path)
        asked = [one for one in scheduling.asked if one.method == method]
        assert len(asked) == times
        if times:
            assert_unavailable(got)


async def test_a_delete_that_was_cut_off_is_not_sent_again(
    world: World, identity: Neighbour
) -> None:
    identity.mood = "resets"
    assert_unavailable(await world.call("DELETE", "/v1/sessions/current"))
    assert len(identity.asked) == 1


async def test_a_service_that_speaks_no_http_is_503(identity: Neighbour) -> None:
    async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x01garbage\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, gateway(settings(identity.url, f"http://127.0.0.1:{port}")) as world:
        assert_unavailable(await world.call("GET", "/v1/appointments"))
        assert_unavailable(await world.call("POST", "/v1/appointments"))


async def test_a_host_that_swallows_connections_is_503_and_health_stays_ready(
    identity: Neighbour,
) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        given = settings(
            identity.url, f"http://127.0.0.1:{port}",
            clinical_records_url=identity.url, notifications_url=identity.url,
        )  # fmt: skip
        async with gateway(given) as world:
            began = time.monotonic()
            assert_unavailable(await world.call("GET", "/v1/appointments"))
            assert time.monotonic() - began < 3 + within(0.3)
            ready = await world.call("GET", "/health/ready")
    assert ready.status == 200
    assert orjson.loads(ready.body)["status"] == "degraded"
    assert orjson.loads(ready.body)["checks"] == {
        "identity": True, "scheduling": False, "clinical-records": True, "notifications": True,
    }  # fmt: skip


async def test_the_gateway_is_ready_before_any_service_is(identity: Neighbour) -> None:
    await identity.stop()
    given = settings("http://127.0.0.1:9", "http://nowhere.invalid:1")
    async with gateway(given) as world:
        ready = await world.call("GET", "/health/ready")
        live = await world.call("GET", "/health/live")
        assert_unavailable(await world.call("GET", "/v1/institute"))
        assert_unavailable(await world.call("GET", "/v1/appointments"))
    assert (ready.status, live.status) == (200, 200)
    assert len(build(given)) == 2
