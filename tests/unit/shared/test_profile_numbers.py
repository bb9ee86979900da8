"""The numbers people type: which can be, and the one form in which they are kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.profile import load_profile
from shared.profile.cedula import check_digit, is_cedula

INSTITUTES = Path(__file__).parents[3] / "deploy" / "institutes"
ISSSTECALI = load_profile(INSTITUTES / "issstecali")
IESS = load_profile(INSTITUTES / "iess")

VALID_CEDULAS = {
    "1714307103": "1714307103",
    "171430710-3": "1714307103",
    "0602910945": "0602910945",
    "0926687856": "0926687856",
    "0910005917": "0910005917",
    "0402084040": "0402084040",
    "0450041645": "0450041645",
    "0450041629": "0450041629",
    "0705672830": "0705672830",
    "0504110438": "0504110438",
    "1751983014": "1751983014",
}
INVALID_CEDULAS = {
    "1714307104": "check digit",
    "171430710": "length",
    "123A567890": "form",
    "1784307108": "third digit",
    "8814307107": "province",
    "1714617890": "check digit, though public lists call it valid",
    "0601234567": "check digit, though public lists call it valid",
    "1803456789": "check digit, though public lists call it valid",
    "1712345678": "check digit, though public lists call it valid",
    "0912345678": "check digit, though public lists call it valid",
    "0102345678": "check digit, though public lists call it valid",
}


@pytest.mark.parametrize(("typed", "kept"), VALID_CEDULAS.items())
def test_r_61_a_cedula_is_kept_as_its_ten_digits(typed: str, kept: str) -> None:
    assert IESS.valid_affiliation_number(typed) == kept


@pytest.mark.parametrize("typed", INVALID_CEDULAS)
def test_r_61_what_is_no_cedula_is_refused(typed: str) -> None:
    assert IESS.valid_affiliation_number(typed) is None


@given(st.sampled_from(sorted(set(VALID_CEDULAS.values()))), st.integers(0, 9), st.integers(1, 9))
def test_one_mistyped_digit_never_passes(cedula: str, place: int, off: int) -> None:
    digit = (int(cedula[place]) + off) % 10
    assert not is_cedula(f"{cedula[:place]}{digit}{cedula[place + 1 :]}")


def test_those_registered_abroad_have_a_province_of_their_own() -> None:
    for province, expected in (("30", True), ("50", True), ("24", True), ("25", False)):
        nine = f"{province}1234567"
        assert is_cedula(nine + check_digit(nine)) is expected


def test_r_61_a_foreigner_without_cedula_has_a_code() -> None:
    assert IESS.valid_affiliation_number("E000000012") == "E000000012"
    assert IESS.valid_affiliation_number(" e-000 000 012 ") == "E000000012"
    assert IESS.valid_affiliation_number("E00000001") is None
    assert ISSSTECALI.valid_affiliation_number("E000000012") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("90000001", "90000001"),
        ("9000 0001", "90000001"),
        ("90-00-00-01", "90000001"),
        ("1234567890", "1234567890"),
        ("0000000", None),
        ("12345678901", None),
        ("", None),
        ("9000000A", None),
        ("90000001\n", None),
        ("90000001\x00", None),
        ("٩٠٠٠٠٠٠١", None),
        ("\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff11", None),
        ("9000000\u00b2", None),
        ("9000\u00a00001", None),
        ("9" + " " * 100 + "0000001", None),
    ],
)
def test_an_affiliation_number_has_one_form_and_ascii_digits_only(
    typed: str, kept: str | None
) -> None:
    assert ISSSTECALI.valid_affiliation_number(typed) == kept


@given(st.text(max_size=30))
def test_whatever_is_typed_is_refused_or_has_a_form_that_stays(typed: str) -> None:
    for profile in (ISSSTECALI, IESS):
        for judge in (
            profile.valid_affiliation_number,
            profile.valid_serial_number,
            profile.valid_phone,
        ):
            kept = judge(typed)
            assert kept is None or (kept.isascii() and judge(kept) == kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("JU7AHW36CU", "JU7AHW36CU"),
        ("ju7a-hw36-cu", "JU7AHW36CU"),
        ("JU7AHW36C0", None),
        ("JU7AHW36CI", None),
        ("JU7AHW3", None),
    ],
)
def test_a_serial_is_kept_in_capitals_without_separators(typed: str, kept: str | None) -> None:
    assert ISSSTECALI.valid_serial_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6861234567", "6861234567"),
        ("(686) 123-45-67", "6861234567"),
        ("+52 686 123 4567", "6861234567"),
        ("686.123.4567", "6861234567"),
        ("686123456", None),
        ("68612345678", None),
        ("0861234567", None),
        ("+593 2 394 5666", None),
        ("٦٨٦١٢٣٤٥٦٧", None),
        ("686123456x", None),
    ],
)
def test_a_mexican_telephone_has_ten_digits(typed: str, kept: str | None) -> None:
    assert ISSSTECALI.valid_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("023945666", "023945666"),
        ("0991234567", "0991234567"),
        ("+593 2 394 5666", "023945666"),
        ("+593 99 123 4567", "0991234567"),
        ("+593 (0)99 123 4567", "0991234567"),
        ("12345678", None),
        ("991234567", None),
        ("09912345678", None),
        ("+52 686 123 4567", None),
    ],
)
def test_an_ecuadorian_telephone_has_nine_or_ten_digits(typed: str, kept: str | None) -> None:
    assert IESS.valid_phone(typed) == kept
