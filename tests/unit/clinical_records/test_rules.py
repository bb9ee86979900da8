"""Ages, months, folios and the span of a leave, at their borders."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical_records.domain.calendar_months import months_before
from clinical_records.domain.folios import ALPHABET, BITS, folio
from clinical_records.domain.people import Member, Person, of_age
from clinical_records.domain.sick_leaves import ends_on, may_begin
from shared.ids import uuid7


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2031, 8, 31), date(2031, 2, 28)),
        (date(2032, 8, 31), date(2032, 2, 29)),
        (date(2031, 8, 28), date(2031, 2, 28)),
        (date(2031, 3, 31), date(2030, 9, 30)),
        (date(2031, 6, 30), date(2030, 12, 30)),
        (date(2031, 1, 1), date(2030, 7, 1)),
    ],
)
def test_r_42_months_are_calendar_months_clamped_to_the_last_day(day: date, expected: date) -> None:
    assert months_before(day, 6) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(1, 60))
def test_r_42_the_day_never_grows_and_the_months_are_exact(day: date, months: int) -> None:
    earlier = months_before(day, months)

    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day <= day.day


@pytest.mark.parametrize(
    ("birth_on", "day", "expected"),
    [
        (date(2013, 3, 1), date(2031, 3, 1), True),
        (date(2013, 3, 2), date(2031, 3, 1), False),
        (date(2012, 2, 29), date(2030, 2, 28), False),
        (date(2012, 2, 29), date(2030, 3, 1), True),
    ],
)
def test_r_45_of_age_is_eighteen_complete_years(birth_on: date, day: date, expected: bool) -> None:  # noqa: FBT001  # the expected answer
    assert of_age(birth_on, day) is expected


def test_r_44_a_folio_holds_eighty_bits_and_letters_that_nobody_confuses() -> None:
    assert BITS >= 60
    assert folio(0) == "0000-0000-0000-0000"
    assert folio(2**BITS - 1) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert folio(0b00001_00010) == "0000-0000-0000-0012"
    assert not set("ILOU") & set(ALPHABET)


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**BITS - 1))
def test_r_44_different_bits_are_different_folios(one: int, other: int) -> None:
    assert (folio(one) == folio(other)) == (one == other)


def test_r_43_a_leave_counts_its_first_day_and_begins_near_its_issue() -> None:
    issued = date(2031, 3, 1)

    assert ends_on(issued, 1) == issued
    assert ends_on(issued, 3) == date(2031, 3, 3)
    assert may_begin(date(2031, 2, 26), issued)
    assert not may_begin(date(2031, 2, 25), issued)
    assert may_begin(date(2031, 3, 31), issued)
    assert not may_begin(date(2031, 4, 1), issued)


def test_r_45_what_is_withdrawn_is_hidden_from_the_family_but_not_from_its_own_holder() -> None:
    def member(*, holder: bool, withdrawn: bool) -> Member:
        return Member(uuid7(), uuid7(), holder, "U", date(2020, 1, 1), None, withdrawn)

    assert member(holder=False, withdrawn=True).hidden
    assert not member(holder=False, withdrawn=False).hidden
    assert not member(holder=True, withdrawn=True).hidden


def test_a_number_is_shown_by_its_last_four() -> None:
    assert Person("A", "12345678", date(2000, 1, 1)).masked_number == "****5678"
    assert Person("A", "123", date(2000, 1, 1)).masked_number == "123"
