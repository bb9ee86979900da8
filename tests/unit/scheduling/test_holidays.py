"""Holidays are named in the institute's language, whatever the machine's (R-31)."""

from datetime import date
from pathlib import Path

import pytest

from scheduling.holidays import holidays_between
from shared.profile import load_profile

INSTITUTES = Path(__file__).parents[3] / "deploy" / "institutes"


@pytest.mark.parametrize("institute", ["issstecali", "iess"])
@pytest.mark.parametrize("machine", ["en_US.UTF-8", "uk_UA.UTF-8", "C"])
def test_r_31_a_holiday_has_its_spanish_name_on_any_machine(
    monkeypatch: pytest.MonkeyPatch, institute: str, machine: str
) -> None:
    monkeypatch.setenv("LANGUAGE", machine)
    christmas = date(2031, 12, 25)

    found = holidays_between(load_profile(INSTITUTES / institute), christmas, christmas)

    assert found == {christmas: ("Navidad", "official")}
