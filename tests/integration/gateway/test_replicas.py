"""Several addresses behind one name: the work is shared, and the loss of one costs nobody a GET."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from builders.gateway import World, gateway, settings
from fakes.neighbour import Neighbour


@dataclass
class Names:
    """What a name resolves to, which a test may change."""

    addresses: list[str] = field(default_factory=lambda: ["127.0.0.1", "127.0.0.2"])
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, host: str, _port: int) -> list[str]:
        if host != "scheduling.internal":
            return [host]
        self.asked.set()
        if not self.addresses:
            raise OSError
        return self.addresses


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def two() -> AsyncIterator[tuple[Neighbour, Neighbour]]:
    first = Neighbour()
    await first.start()
    second = Neighbour(host="127.0.0.2", port=first.port)
    await second.start()
    yield first, second
    await first.stop()
    await second.stop()


@pytest.fixture
async def world(
    two: tuple[Neighbour, Neighbour], identity: Neighbour, names: Names
) -> AsyncIterator[World]:
    url = f"http://scheduling.internal:{two[0].port}"
    async with gateway(settings(identity.url, url), names) as running:
        yield running


async def _statuses(world: World, method: str, count: int) -> Counter[int]:
    calls = (world.call(method, "/v1/appointments") for _ in range(count))
    return Counter(got.status for got in await asyncio.gather(*calls))


async def test_both_replicas_share_the_work_under_the_services_own_name(
    world: World, two: tuple[Neighbour, Neighbour]
) -> None:
    assert await _statuses(world, "GET", 40) == {200: 40}
    assert [len(one.asked) for one in two] == [20, 20]
    assert two[0].asked[0].headers["Host"] == f"scheduling.internal:{two[0].port}"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_replica_that_takes_no_connection_costs_nothing_for_nothing_was_sent(
    world: World, two: tuple[Neighbour, Neighbour], method: str
) -> None:
    await two[0].stop()
    assert await _statuses(world, method, 30) == {200: 30}
    assert len(two[1].asked) == 30


async def test_a_get_cut_off_by_one_replica_is_answered_by_the_other(
    world: World, two: tuple[Neighbour, Neighbour]
) -> None:
    two[0].mood = "resets"
    assert await _statuses(world, "GET", 20) == {200: 20}
    assert len(two[0].asked) > 0


async def test_a_post_cut_off_by_one_replica_is_never_sent_to_the_other(
    world: World, two: tuple[Neighbour, Neighbour]
) -> None:
    two[0].mood = "resets"
    statuses = await _statuses(world, "POST", 20)
    assert statuses[503] == len(two[0].asked) > 0
    assert statuses[200] == len(two[1].asked)
    assert statuses[200] + statuses[503] == 20


async def test_a_killed_replica_that_comes_back_is_used_again(
    world: World, two: tuple[Neighbour, Neighbour]
) -> None:
    await two[0].stop()
    assert await _statuses(world, "GET", 10) == {200: 10}
    await two[0].start()
    async with asyncio.timeout(5):
        while not two[0].asked:
            await asyncio.sleep(0.3)
            assert await _statuses(world, "GET", 4) == {200: 4}


async def test_the_name_is_looked_up_again_and_a_failed_look_up_forgets_nothing(
    world: World, two: tuple[Neighbour, Neighbour], names: Names
) -> None:
    for addresses in (["127.0.0.2"], []):
        names.addresses = addresses
        names.asked.clear()
        await asyncio.wait_for(names.asked.wait(), 4)
        assert await _statuses(world, "GET", 10) == {200: 10}
    assert (len(two[0].asked), len(two[1].asked)) == (0, 20)


async def test_the_least_busy_replica_is_asked(
    world: World, two: tuple[Neighbour, Neighbour]
) -> None:
    two[0].mood = "hangs"
    stuck = [asyncio.create_task(world.call("GET", "/v1/appointments")) for _ in range(2)]
    await asyncio.sleep(0.2)
    for _ in range(10):
        assert (await world.call("GET", "/v1/appointments")).status == 200
    assert len(two[0].asked) == 1
    await asyncio.gather(*stuck)
