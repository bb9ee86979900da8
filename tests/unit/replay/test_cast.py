"""Casting: who plays whom, in which unit, on which day, and what is said when families lack."""

from datetime import date, timedelta

import pytest

from deploy.local.people import INSTITUTES
from deploy.local.replay.advice import families_needed
from deploy.local.replay.cast import Part, Shortage, cast, home_units
from deploy.local.replay.client import browser_address
from deploy.local.replay.families import Troupe
from deploy.local.replay.institute import Unit
from deploy.local.replay.trace import Request
from shared.profile import load_profile

MONDAY = date(2026, 11, 23)
WEEKDAYS = tuple(MONDAY + timedelta(days=ahead) for ahead in (0, 1, 2, 3, 4, 7, 8))
BUSIEST, SECOND = Unit("A", WEEKDAYS), Unit("B", WEEKDAYS)


def request(number: int, unit: int, patient: str) -> Request:
    return Request(number, float(number), 0, unit, patient)


def test_a_patient_lives_where_the_first_booking_was_made() -> None:
    requests = [request(0, 1, "x"), request(1, 0, "y"), request(2, 0, "x")]
    assert home_units(requests) == {"x": 1, "y": 0}


def test_each_patient_is_played_by_a_family_of_its_own_in_the_unit_of_that_rank() -> None:
    families = {"A": ["1", "2", "3"], "B": ["4"]}
    assert cast({"x": 1, "y": 0, "z": 0}, [BUSIEST, SECOND], families) == [
        Part("x", SECOND, "4"),
        Part("y", BUSIEST, "1"),
        Part("z", BUSIEST, "2"),
    ]


@pytest.mark.parametrize(
    ("homes", "families", "found"),
    [
        ({"x": 0, "y": 0}, {"A": ["1"]}, {0: 1}),
        ({"x": 0, "y": 1}, {"A": ["1"]}, {0: 1, 1: 0}),
        ({"x": 7}, {"A": ["1"]}, {7: 0}),
    ],
)
def test_too_few_families_or_units_are_counted_before_anything_is_done(
    homes: dict[str, int], families: dict[str, list[str]], found: dict[int, int]
) -> None:
    shortage = cast(homes, [BUSIEST, SECOND], families)
    assert isinstance(shortage, Shortage)
    assert shortage.found == found
    assert shortage.units == 2


@pytest.mark.parametrize(
    ("lead_days", "expected"),
    [(0, MONDAY), (4, WEEKDAYS[4]), (5, WEEKDAYS[5]), (6, WEEKDAYS[5]), (100, WEEKDAYS[6])],
)
def test_days_count_from_the_next_one_with_agendas_and_end_with_the_last(
    lead_days: int, expected: date
) -> None:
    assert BUSIEST.day(lead_days) == expected


def test_the_number_of_families_that_is_advised_suffices_and_half_of_it_does_not() -> None:
    profile = load_profile(INSTITUTES / "issstecali")
    needed = {0: 40, 5: 30, 20: 10}
    advised = families_needed(profile, needed, MONDAY)
    assert advised is not None
    assert advised % 500 == 0
    assert families_needed(profile, {0: 1}, MONDAY) == 500
    assert families_needed(profile, {0: 80, 5: 60, 20: 20}, MONDAY) > advised  # type: ignore[operator]  # a number, as said


def test_no_number_of_families_makes_more_units_than_the_institute_has() -> None:
    profile = load_profile(INSTITUTES / "issstecali")
    assert families_needed(profile, {len(profile.units): 1}, MONDAY) is None


def test_who_played_once_is_remembered(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("replay") / "families"
    troupe = Troupe.remembered(path)
    assert troupe.numbers == frozenset()
    troupe.add(["2", "1"])
    Troupe.remembered(path).add(["3"])
    assert Troupe.remembered(path).numbers == {"1", "2", "3"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_browser_has_an_address_of_its_own() -> None:
    addresses = {browser_address(number) for number in range(100_000)}
    assert len(addresses) == 100_000
    assert all(address.startswith("10.") for address in addresses)
