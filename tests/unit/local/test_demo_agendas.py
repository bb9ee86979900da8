"""The demo institute's doctors: enough of them where people live, in a file that is complete."""

from collections import defaultdict
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest

from deploy.local.agendas import Post, document, members_of_units, posts
from deploy.local.people import INSTITUTES, write_roll
from shared.profile import Profile, load_profile

TODAY = date(2026, 11, 23)


@pytest.fixture(params=["issstecali", "iess"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(INSTITUTES / request.param)


@pytest.fixture
def members(profile: Profile, tmp_path: Path) -> dict[str, int]:
    roll = tmp_path / "roll.csv"
    people = write_roll(profile, roll, 1000, TODAY)
    counted = members_of_units(roll)
    assert counted.total() == people
    return dict(counted)


def by_unit(made: list[Post]) -> dict[str, list[Post]]:
    grouped: dict[str, list[Post]] = defaultdict(list)
    for post in made:
        grouped[post.unit].append(post)
    return grouped


def test_every_unit_with_members_has_general_medicine_in_both_shifts_and_a_dentist(
    profile: Profile, members: dict[str, int]
) -> None:
    grouped = by_unit(list(posts(profile, members)))
    assert set(grouped) == set(members)
    for made in grouped.values():
        general = {post.shift for post in made if post.service == "medicina_general"}
        assert general == {"morning", "evening"}
        assert any(post.service == "odontologia" for post in made)


def test_doctors_grow_with_the_members_of_a_unit(profile: Profile) -> None:
    code = profile.units[0].code
    few = [p for p in posts(profile, {code: 10}) if p.service == "medicina_general"]
    many = [p for p in posts(profile, {code: 3000}) if p.service == "medicina_general"]
    assert len(few) == 2
    assert len(many) == 10
    assert {post.doctor_id for post in few} < {post.doctor_id for post in many}


def test_r_22_the_busiest_unit_offers_every_service(
    profile: Profile, members: dict[str, int]
) -> None:
    busiest = max(members, key=lambda unit: members[unit])
    offered = {post.service for post in by_unit(list(posts(profile, members)))[busiest]}
    assert offered == {service.code for service in profile.services}


def test_the_file_is_complete_and_the_same_each_time(
    profile: Profile, members: dict[str, int]
) -> None:
    made = document(profile, members, TODAY, 30)
    assert made == document(profile, members, TODAY, 30)
    assert made["publish"] == {"from": "2026-11-23", "days": 30}
    ids = [doctor["doctor_id"] for doctor in made["doctors"]]
    assert len(set(ids)) == len(ids)
    assert ids == [template["doctor_id"] for template in made["templates"]]
    for doctor in made["doctors"]:
        assert set(doctor) == {"doctor_id", "name", "unit", "shift", "service"}
        assert str(UUID(doctor["doctor_id"])) == doctor["doctor_id"]
        assert profile.unit(doctor["unit"])
        assert profile.service(doctor["service"])
        assert doctor["name"].startswith(("Dr. ", "Dra. "))


def test_r_24_a_quota_leaves_places_for_the_desk_and_slots_fill_the_shift(
    profile: Profile, members: dict[str, int]
) -> None:
    for template in document(profile, members, TODAY, 30)["templates"]:
        start, end = (time.fromisoformat(template[key]) for key in ("from", "to"))
        minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
        places, left_over = divmod(minutes, template["slot_minutes"])
        assert left_over == 0
        assert 0 < template["web_quota"] < places
        assert template["weekdays"] == sorted(set(template["weekdays"]))
        assert set(template["weekdays"]) <= set(range(1, 8))
