"""Days in words and dates, as official papers write them."""

from datetime import UTC, date, datetime

import pytest

from clinical_records.document import words


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, "un"),
        (16, "dieciséis"),
        (21, "veintiún"),
        (22, "veintidós"),
        (30, "treinta"),
        (31, "treinta y un"),
        (90, "noventa"),
        (100, "cien"),
        (101, "ciento un"),
        (126, "ciento veintiséis"),
        (366, "trescientos sesenta y seis"),
        (999, "novecientos noventa y nueve"),
    ],
)
def test_days_are_written_as_they_are_read_before_a_noun(value: int, written: str) -> None:
    assert words.number(value) == written


@pytest.mark.parametrize("value", [0, -1, 1000])
def test_other_numbers_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="1 to 999"):
        words.number(value)


@pytest.mark.parametrize("locale", ["es-MX", "es-EC"])
def test_dates_are_words(locale: str) -> None:
    assert words.day(date(2031, 3, 2), locale) == "domingo 2 de marzo de 2031"
    assert words.short_day(date(2031, 12, 31), locale) == "31 de diciembre de 2031"
    instant = datetime(2031, 3, 2, 14, 5, tzinfo=UTC)
    assert words.instant(instant, locale) == "2 de marzo de 2031, 14:05"
