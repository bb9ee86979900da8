"""The demo's staff: one of each role, where the first family of the roll belongs."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from deploy.local.agendas import document, members_of_units
from deploy.local.demo_staff import demo_staff
from deploy.local.people import INSTITUTES, write_roll
from identity.domain.staff import StaffRole, faults
from shared.auth import STAFF
from shared.ids import uuid7
from shared.profile import load_profile


@pytest.mark.parametrize("institute", ["issstecali", "iess"])
def test_r_14_one_of_each_role_with_what_goes_with_it(institute: str, tmp_path: Path) -> None:
    profile = load_profile(INSTITUTES / institute)
    roll, agendas = tmp_path / "roll.csv", tmp_path / "agendas.json"
    write_roll(profile, roll, 300, date(2026, 11, 23))
    made = document(profile, members_of_units(roll), date(2026, 11, 23), 31)
    agendas.write_text(json.dumps(made), encoding="utf-8")

    staff = demo_staff(roll, agendas)

    assert Counter(one["role"] for one in staff) == Counter(STAFF)
    units = {unit.code for unit in profile.units}
    for one in staff:
        role: StaffRole = one["role"]  # type: ignore[assignment]  # it is one of STAFF
        doctor_id = uuid7() if one["doctor_id"] else None
        assert faults(role, one["unit"], doctor_id, units=units) == []
        assert str(one["email"]).endswith("@example.org")
    assert len({one["unit"] for one in staff if one["unit"]}) == 1
    (doctor,) = (one for one in staff if one["doctor_id"])
    assert doctor["doctor_id"] in {row["doctor_id"] for row in made["doctors"]}
