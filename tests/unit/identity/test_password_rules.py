"""Which passwords may be chosen, at the borders (R-10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.common_passwords import common_passwords
from identity.domain.password_rules import KnownWords, Weakness, weakness

KNOWN = KnownWords(
    ("90000001", "titular.modelo@example.org"),
    ("issstecali", "ISSSTECALI", "Sistema Integral de Servicios para Afiliados", "SISA"),
)


def judged(password: str, current: str = "otra cosa") -> Weakness | None:
    return weakness(password, current, KNOWN, common_passwords())


def test_r_10_at_least_ten_thousand_common_passwords_are_known() -> None:
    assert len(common_passwords()) >= 10_000
    assert {"123456", "password", "contrasena", "tequiero"} <= common_passwords()


@pytest.mark.parametrize(
    ("length", "fault"),
    [(0, "too-short"), (7, "too-short"), (8, None), (9, None), (127, None), (128, None),
     (129, "too-long")],
)  # fmt: skip
def test_r_10_from_8_to_128_code_points(length: int, fault: Weakness | None) -> None:
    assert judged(("añil🐴xyz" * 20)[:length]) == fault


def test_r_10_letters_are_counted_as_they_are_compared() -> None:
    assert judged("áéíóúáé".replace("á", "a\u0301")) == "too-short"
    assert judged("a\u0301" * 60 + "xyzwvuts" * 8) is None


@pytest.mark.parametrize(
    "password", ["12345678", "QWERTYUIOP", "tequiero", "Contraseña", "zzzzzzzz"]
)
def test_r_10_common_ones_are_refused_whatever_the_case_or_accent(password: str) -> None:
    assert judged(password) == "common"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("90000001", "personal"),
        ("x90000001x", "personal"),
        ("modelo2031", "personal"),
        ("TITULAR.modelo", "personal"),
        ("titular.modelo@example.org", "personal"),
        ("issstecali", "institute"),
        ("1sisasisa1", "institute"),
        ("Afiliados_servicios", "institute"),
        ("issstecali-rana", None),
        ("90000001 caballos", None),
        ("integralmente", None),
    ],
)
def test_r_10_known_words_with_hardly_a_letter_more_are_refused(
    password: str, fault: Weakness | None
) -> None:
    assert judged(password) == fault


def test_p_3_the_current_password_is_no_new_one_in_whatever_spelling() -> None:
    assert judged("corazón grande", current="corazo\u0301n grande") == "unchanged"


@given(st.text(max_size=200))
def test_every_text_is_judged(password: str) -> None:
    assert judged(password) in {
        None, "too-short", "too-long", "unchanged", "common", "personal", "institute",
    }  # fmt: skip
