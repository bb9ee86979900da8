"""The longest stall of the last minute, and what of it was the loop's own work."""

import asyncio
import logging
import time
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from shared.health import Health
from shared.stalls import Stalls


@pytest.fixture
def stalls() -> Iterator[Stalls]:
    """Logs warnings, as a process does."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield Stalls()
    structlog.configure(**before)


def _told(stalls: Stalls) -> tuple[float, float]:
    health = Health()
    stalls.tell(health)
    return health.figures["loop_stall_ms"](), health.figures["loop_work_ms"]()


def test_the_longest_is_told_until_it_is_a_minute_old(stalls: Stalls) -> None:
    assert _told(stalls) == (0.0, 0.0)
    for at, late in ((0.0, 0.010), (1.0, 0.200), (2.0, 0.030), (30.0, 0.050)):
        stalls.note(at, late, late / 2)
    assert _told(stalls) == (200.0, 100.0)
    stalls.note(61.5, 0.001, 0.0)
    assert _told(stalls) == (50.0, 25.0)
    stalls.note(95.0, 0.001, 0.0)
    assert _told(stalls) == (1.0, 0.0)


async def test_a_loop_that_works_too_long_is_told_as_such(stalls: Stalls) -> None:
    watching = asyncio.create_task(stalls.watch())
    await asyncio.sleep(0.05)
    until = time.thread_time() + 0.15
    while time.thread_time() < until:
        pass
    await asyncio.sleep(0.05)
    watching.cancel()
    stall, work = _told(stalls)
    assert work >= 100
    assert stall >= work


async def test_a_loop_that_is_kept_from_working_is_told_apart(stalls: Stalls) -> None:
    watching = asyncio.create_task(stalls.watch())
    await asyncio.sleep(0.05)
    time.sleep(0.3)  # noqa: ASYNC251  # as a machine does that has others to serve
    await asyncio.sleep(0.05)
    watching.cancel()
    stall, work = _told(stalls)
    assert stall >= 250
    assert work < 100


def test_a_stall_that_people_notice_is_logged_with_its_length(stalls: Stalls) -> None:
    with capture_logs() as logs:
        stalls.note(0.0, 0.1, 0.1)
        stalls.note(1.0, 0.3, 0.1)
    assert [(one["event"], one["milliseconds"]) for one in logs] == [("loop_stalled", 300)]
