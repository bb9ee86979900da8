"""Generated passwords, the forms in which they are compared, and the tokens of links."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.links import new_token, readable_token, token_digest
from identity.domain.passwords import ALPHABET, comparable, generate


def test_r_07_no_letter_of_a_generated_password_is_taken_for_another() -> None:
    assert not set(ALPHABET) & set("0oO1iIlL")
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    made = {generate() for _ in range(200)}
    assert len(made) == 200
    assert {len(password) for password in made} == {16}
    assert set("".join(made)) == set(ALPHABET)


@given(st.text(min_size=1, max_size=60))
def test_l_4_normal_forms_compare_alike_and_nothing_is_trimmed(text: str) -> None:
    assert comparable(unicodedata.normalize("NFD", text)) == comparable(text)
    assert comparable(f" {text}") != comparable(text)


def test_a_token_is_43_letters_and_only_its_digest_is_needed() -> None:
    token = new_token()

    assert readable_token(token)
    assert len(token_digest(token)) == 32
    assert token_digest(token) != token_digest(new_token())


@pytest.mark.parametrize(
    "text", ["", "a" * 42, "a" * 44, "á" * 43, "a" * 42 + "\n", "a" * 42 + "=", "+" * 43, "a" * 43]
)
def test_a_1_what_is_no_token_is_known_without_asking(text: str) -> None:
    assert not readable_token(text)
