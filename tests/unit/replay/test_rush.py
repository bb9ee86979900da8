"""The clock of a replay: requests start when due, whatever the answers do."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from deploy.local.replay.rush import LATE, Punctuality, rush
from deploy.local.replay.trace import Request


def requests(*seconds: float) -> list[Request]:
    return [Request(n, at, 0, 0, str(n)) for n, at in enumerate(seconds)]


async def run(
    due: list[Request], act: Callable[[Request], Awaitable[None]], *, at_most: int = 100
) -> tuple[Punctuality, list[float]]:
    lags: list[float] = []
    punctuality = await rush(
        due, act, speed=60, ended=lambda: None, behind=lags.append, at_most=at_most
    )
    return punctuality, lags


async def test_requests_start_at_the_traces_pace_and_wait_for_no_answer() -> None:
    clock = asyncio.get_running_loop().time
    began = clock()
    started: list[float] = []

    async def slow(request: Request) -> None:  # noqa: ARG001  # the signature of every act
        started.append(clock() - began)
        await asyncio.sleep(0.5)

    punctuality, lags = await run(requests(0, 0, 6, 12), slow)
    assert [round(at, 1) for at in started] == [0.0, 0.0, 0.1, 0.2]
    assert clock() - began >= 0.7
    assert punctuality.late == 0
    assert lags == []


async def test_a_generator_that_falls_behind_says_so_once_and_counts() -> None:
    async def slow(request: Request) -> None:  # noqa: ARG001  # the signature of every act
        await asyncio.sleep(LATE * 1.5)

    punctuality, lags = await run(requests(0, 0, 0), slow, at_most=1)
    assert punctuality.late == 2
    assert punctuality.worst > 2 * LATE
    assert len(lags) == 1


async def test_a_fault_of_the_generator_ends_the_replay() -> None:
    async def broken(request: Request) -> None:
        raise KeyError(request.number)

    with pytest.raises(ExceptionGroup):
        await run(requests(0, 600), broken)
