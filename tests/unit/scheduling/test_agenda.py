"""A doctor's week becomes slots (R-31), also on the days when the clock is changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.agenda import Template, overlaps, slots_of
from shared.ids import uuid7

TIJUANA = ZoneInfo("America/Tijuana")
GUAYAQUIL = ZoneInfo("America/Guayaquil")
MONDAY = date(2031, 3, 3)


def a_template(**changes: object) -> Template:
    values: dict[str, object] = {
        "doctor_id": uuid7(),
        "service": "medicina_general",
        "unit": "U",
        "weekdays": (1, 2, 3, 4, 5),
        "opens": time(7),
        "closes": time(13),
        "slot_minutes": 20,
        "web_quota": 12,
    }
    return Template(**{**values, **changes})  # type: ignore[arg-type]  # valid by default


def test_a_morning_of_six_hours_has_eighteen_slots_of_twenty_minutes() -> None:
    slots = slots_of(a_template(), MONDAY, TIJUANA)

    assert len(slots) == 18
    assert slots[0][0] == datetime(2031, 3, 3, 15, tzinfo=UTC)
    assert slots[-1][1] == datetime(2031, 3, 3, 21, tzinfo=UTC)


def test_a_slot_that_would_not_end_in_time_is_not_offered() -> None:
    assert len(slots_of(a_template(closes=time(7, 59)), MONDAY, TIJUANA)) == 2


def test_a_weekday_left_out_has_no_slots() -> None:
    assert slots_of(a_template(), date(2031, 3, 8), TIJUANA) == []


def test_a_wall_time_that_the_clock_skips_gives_no_slot() -> None:
    night = a_template(weekdays=(7,), opens=time(1), closes=time(4), slot_minutes=30)

    slots = slots_of(night, date(2026, 3, 8), TIJUANA)

    walls = [start.astimezone(TIJUANA).time() for start, _ in slots]
    assert walls == [time(1), time(1, 30), time(3), time(3, 30)]


def test_a_wall_time_that_comes_twice_is_offered_once_the_first_time() -> None:
    night = a_template(weekdays=(7,), opens=time(1), closes=time(2), slot_minutes=30)

    slots = slots_of(night, date(2026, 11, 1), TIJUANA)

    assert [start for start, _ in slots] == [
        datetime(2026, 11, 1, 8, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    ]


@given(
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    zone=st.sampled_from([TIJUANA, GUAYAQUIL]),
    minutes=st.sampled_from([5, 10, 15, 20, 30, 45, 60]),
)
def test_slots_never_overlap_and_last_what_they_say(
    day: date, zone: ZoneInfo, minutes: int
) -> None:
    template = a_template(
        weekdays=(1, 2, 3, 4, 5, 6, 7), opens=time(0), closes=time(23, 59), slot_minutes=minutes
    )

    slots = slots_of(template, day, zone)

    assert all(end - start == timedelta(minutes=minutes) for start, end in slots)
    starts = [start for start, _ in slots]
    assert len(set(starts)) == len(starts)
    assert all(start.astimezone(zone).date() == day for start in starts)


@pytest.mark.parametrize(
    ("changes", "clash"),
    [
        ({}, True),
        ({"weekdays": (6, 7)}, False),
        ({"opens": time(13), "closes": time(14)}, False),
        ({"opens": time(12, 59), "closes": time(14)}, True),
    ],
)
def test_a_doctor_is_not_in_two_places_at_once(changes: dict[str, object], *, clash: bool) -> None:
    one = a_template()
    other = a_template(doctor_id=one.doctor_id, service="odontologia", **changes)

    assert bool(overlaps([one, other])) is clash
    assert overlaps([one, a_template()]) == []
