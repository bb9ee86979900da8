"""Wall time and instants: every minute of a day when the clock is changed comes back the same."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.clock import NoSuchLocalTime, at_local, local_day, rfc3339

TIJUANA = ZoneInfo("America/Tijuana")
CHANGES = [
    date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7),
    date(2028, 3, 12), date(2028, 11, 5),
]  # fmt: skip


@pytest.mark.parametrize("day", CHANGES)
def test_every_minute_of_a_changing_day_is_kept_or_named_as_skipped(day: date) -> None:
    skipped = 0
    for minute in range(24 * 60):
        wall = time(minute // 60, minute % 60)
        try:
            instant = at_local(day, wall, TIJUANA)
        except NoSuchLocalTime:
            skipped += 1
            continue
        shown = instant.astimezone(TIJUANA)
        assert (shown.date(), shown.time(), shown.fold) == (day, wall, 0)
        assert datetime.fromisoformat(rfc3339(instant)) == instant

    assert skipped == (60 if day.month == 3 else 0)


def test_a_local_day_is_the_zones() -> None:
    late = datetime(2031, 3, 4, 5, 0, tzinfo=UTC)

    assert local_day(late, TIJUANA) == date(2031, 3, 3)
    assert local_day(late + timedelta(hours=3), TIJUANA) == date(2031, 3, 4)
