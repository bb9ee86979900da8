"""The arithmetic of the limits, under a clock that the test moves."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import DOOR, SESSION, Limiter, Rate

RATE = Rate("test", 10, 2.0)


@dataclass
class Seconds:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def _admitted(limiter: Limiter, caller: str, count: int) -> int:
    return sum(limiter.wait(RATE, caller) == 0 for _ in range(count))


def test_a_burst_passes_and_the_next_request_is_told_how_long_to_wait() -> None:
    limiter = Limiter(Seconds())
    assert _admitted(limiter, "a", 10) == 10
    assert limiter.wait(RATE, "a") == 1


def test_after_the_burst_requests_pass_at_the_rate() -> None:
    clock = Seconds()
    limiter = Limiter(clock)
    _admitted(limiter, "a", 20)
    for _ in range(5):
        clock.at += 1.0
        assert _admitted(limiter, "a", 10) == 2


def test_after_a_pause_the_whole_burst_is_there_again() -> None:
    clock = Seconds()
    limiter = Limiter(clock)
    _admitted(limiter, "a", 20)
    clock.at += 5.0
    assert _admitted(limiter, "a", 20) == 10


def test_callers_and_rates_do_not_touch_one_another() -> None:
    limiter = Limiter(Seconds())
    _admitted(limiter, "a", 20)
    assert _admitted(limiter, "b", 20) == 10
    assert limiter.wait(Rate("other", 1, 1.0), "a") == 0


@given(st.lists(st.floats(0.0, 2.0), max_size=200))
def test_no_span_of_time_ever_admits_more_than_burst_and_rate(pauses: list[float]) -> None:
    clock = Seconds(0.0)
    limiter = Limiter(clock)
    admitted: list[float] = []
    for pause in pauses:
        clock.at += pause
        if limiter.wait(RATE, "a") == 0:
            admitted.append(clock.at)
    for first, begun in enumerate(admitted):
        within = [at for at in admitted[first:] if at <= begun + 3.0]
        assert len(within) <= RATE.burst + 3.0 * RATE.per_second + 1


def test_memory_is_bounded_however_many_callers_there_are() -> None:
    clock = Seconds()
    limiter = Limiter(clock, capacity=1000)
    for caller in range(20_000):
        clock.at += 0.0001
        limiter.wait(RATE, str(caller))
        assert len(limiter) <= 1000


def test_whoever_is_not_early_any_more_is_forgotten_first() -> None:
    clock = Seconds()
    limiter = Limiter(clock, capacity=100)
    for caller in range(99):
        limiter.wait(RATE, str(caller))
    clock.at += 10.0
    _admitted(limiter, "busy", 20)
    limiter.wait(RATE, "new")
    assert limiter.wait(RATE, "busy") == 1


@pytest.mark.parametrize("rate", [SESSION.without, DOOR.without])
def test_r_08_an_address_may_carry_a_crowd(rate: Rate) -> None:
    assert rate.burst >= 500
