"""What a refresh token may still do, at each of its boundaries (R-13); coverage likewise."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from identity.domain.coverage import covered
from identity.domain.sessions import SIBLING_GRACE, RefreshToken, fate_of
from identity.queries.family_members import masked
from shared.ids import uuid7

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FRESH = RefreshToken(
    session_id=uuid7(),
    account_id=uuid7(),
    channel="web",
    rotated_at=None,
    idle_until=NOW + timedelta(hours=2),
    expires_at=NOW + timedelta(hours=12),
    ended_at=None,
)


@pytest.mark.parametrize(
    ("token", "fate"),
    [
        (FRESH, "rotate"),
        (replace(FRESH, rotated_at=NOW), "sibling"),
        (replace(FRESH, rotated_at=NOW - SIBLING_GRACE), "sibling"),
        (replace(FRESH, rotated_at=NOW - SIBLING_GRACE - TICK), "reused"),
        (replace(FRESH, idle_until=NOW), "over"),
        (replace(FRESH, expires_at=NOW), "over"),
        (replace(FRESH, ended_at=NOW - TICK), "over"),
        (replace(FRESH, ended_at=NOW, rotated_at=NOW - timedelta(hours=1)), "over"),
    ],
)
def test_r_13_a_refresh_token_has_one_fate(token: RefreshToken, fate: str) -> None:
    assert fate_of(token, NOW) == fate


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2030, 12, 31), False),
        (date(2031, 1, 1), True),
        (date(2031, 12, 31), True),
        (date(2032, 1, 1), False),
    ],
)
def test_coverage_includes_its_first_and_its_last_day(day: date, expected: bool) -> None:  # noqa: FBT001  # the expectation
    assert covered(date(2031, 1, 1), date(2031, 12, 31), day) is expected
    assert covered(date(2031, 1, 1), None, day) is (day >= date(2031, 1, 1))


def test_of_a_number_four_signs_are_shown() -> None:
    assert masked("90000001") == "****0001"
    assert masked("E123456789") == "******6789"
