"""How long who fails must wait, at each count (R-08)."""

from datetime import timedelta

import pytest

from identity.domain.slowing import LIFTED, Limits, address_delay, name_delay


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 0), (4, 0), (5, 10), (6, 20), (7, 40), (11, 640), (12, 900), (13, 900), (10**6, 900)],
)
def test_r_08_a_names_delay_begins_at_the_fifth_failure_and_never_exceeds_a_quarter_hour(
    failures: int, seconds: int
) -> None:
    assert name_delay(failures, Limits()) == timedelta(seconds=seconds)
    assert name_delay(failures, LIFTED) == timedelta(0)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (99, 0), (100, 1), (102, 3), (104, 5), (10_000, 5)]
)
def test_r_08_an_address_is_slowed_from_a_hundred_failures_and_by_seconds_only(
    failures: int, seconds: int
) -> None:
    assert address_delay(failures) == timedelta(seconds=seconds)
