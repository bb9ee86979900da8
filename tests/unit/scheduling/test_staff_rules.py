"""Whom staff reach, by which channel they book, and how what they look for is read (R-33)."""

import pytest

from scheduling.domain.staff import Reach, Sought, canonical_folio, channel_of, reach, sought
from shared.errors import Forbidden
from shared.ids import uuid7


@pytest.mark.parametrize("role", ["front_desk", "archive"])
def test_r_14_counter_staff_reach_their_unit_alone(role: str) -> None:
    assert reach(role, "A", None) == Reach("A", None)
    with pytest.raises(Forbidden):
        reach(role, None, None)


def test_r_14_a_doctor_reaches_the_own_agenda_in_the_own_unit() -> None:
    doctor_id = uuid7()

    assert reach("doctor", "A", doctor_id) == Reach("A", doctor_id)
    with pytest.raises(Forbidden):
        reach("doctor", "A", None)


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_r_33_operators_and_administrators_reach_every_unit(role: str) -> None:
    assert reach(role, None, None) == reach(role, "A", None) == Reach()


def test_r_33_the_channel_is_the_roles_and_who_has_none_books_nothing() -> None:
    assert (channel_of("front_desk"), channel_of("archive")) == ("desk", "desk")
    assert channel_of("operator") == "phone"
    for role in ("doctor", "administrator", "auditor", "authoriser", "affiliate"):
        with pytest.raises(Forbidden):
            channel_of(role)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0K3M-7QRS-TVWX", Sought(folio="0K3M-7QRS-TVWX")),
        (" ok3m-7qrs-tvwi ", Sought(folio="0K3M-7QRS-TVW1")),
        ("12345678", Sought(number="12345678")),
        ("1234 567-8", Sought(number="12345678")),
        ("e123456789", Sought(number="E123456789")),
        ("pérez luz", Sought(name="pérez luz")),
    ],
)
def test_r_33_one_field_finds_by_folio_number_or_name(text: str, found: Sought) -> None:
    assert sought(text) == found


def test_what_is_no_folio_is_none() -> None:
    assert canonical_folio("12345678") is None
    assert canonical_folio("0K3M-7QRS") is None
