"""What goes with each staff role, and what is noted of a document (R-12, R-14)."""

import pytest

from identity.domain.handouts import too_many_digits
from identity.domain.staff import StaffRole, faults
from shared.ids import uuid7

UNITS = {"U1"}


@pytest.mark.parametrize(
    ("role", "without", "with_one"),
    [
        ("front_desk", [("/unit", "required-for-role")], []),
        ("archive", [("/unit", "required-for-role")], []),
        ("operator", [], []),
        ("authoriser", [], []),
        ("administrator", [], [("/unit", "not-for-role")]),
        ("auditor", [], [("/unit", "not-for-role")]),
    ],
)
def test_r_14_a_unit_is_required_allowed_or_refused_by_role(
    role: StaffRole, without: list[tuple[str, str]], with_one: list[tuple[str, str]]
) -> None:
    assert faults(role, None, None, units=UNITS) == without
    assert faults(role, "U1", None, units=UNITS) == with_one
    assert faults(role, "U2", None, units=UNITS) == (with_one or [("/unit", "unknown")])


def test_r_14_a_doctor_has_a_unit_and_a_doctors_id_and_nobody_else_has_the_latter() -> None:
    assert faults("doctor", "U1", uuid7(), units=UNITS) == []
    assert faults("doctor", None, None, units=UNITS) == [
        ("/unit", "required-for-role"), ("/doctor_id", "required-for-role"),
    ]  # fmt: skip
    assert faults("operator", None, uuid7(), units=UNITS) == [("/doctor_id", "not-for-role")]


@pytest.mark.parametrize(
    ("check", "refused"),
    [("Pasaporte", False), ("INE, termina en 1234", False), ("INE 12345", True),
     ("1 2 3 4 5", True), ("cédula ١٢٣٤٥", True)],
)  # fmt: skip
def test_r_12_of_a_document_no_more_than_four_digits_are_noted(
    check: str, *, refused: bool
) -> None:
    assert too_many_digits(check) == refused
