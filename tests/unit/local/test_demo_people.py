"""The demo institute's people: plainly generated, valid under the profile, always the same."""

import csv
import io
import tracemalloc
from collections import Counter
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest

from deploy.local import demo_roll
from deploy.local.demo_names import _SURNAMES
from deploy.local.demo_numbers import FAMILIES_AT_MOST, affiliation_number
from deploy.local.demo_roll import RollLine
from deploy.local.people import INSTITUTES, families, write_roll
from shared.profile import Profile, load_profile

TODAY = date(2026, 11, 23)
FAMILIES = 1000


@pytest.fixture(params=["issstecali", "iess"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(INSTITUTES / request.param)


@pytest.fixture
def roll(profile: Profile) -> list[tuple[RollLine, ...]]:
    return list(families(profile, FAMILIES, TODAY))


def covered(line: RollLine, day: date) -> bool:
    return line.valid_from <= day and (line.valid_to is None or day <= line.valid_to)


def test_r_01_the_file_has_the_exact_header_and_is_the_same_each_time(
    profile: Profile, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    people = write_roll(profile, first, 50, TODAY)
    write_roll(profile, second, 50, TODAY)
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8", newline="") as file:
        header = file.readline()
        rows = list(csv.reader(file))
    assert header == (
        "affiliation_number,holder_number,serial_number,given_names,first_surname,"
        "second_surname,birth_on,sex,relation,home_unit,valid_from,valid_to\n"
    )
    assert len(rows) == people
    assert all(len(row) == 12 for row in rows)


def test_another_institute_has_other_people() -> None:
    one, other = (load_profile(INSTITUTES / name) for name in ("issstecali", "iess"))
    assert next(families(one, 10, TODAY)) != next(families(other, 10, TODAY))


def test_a_roll_of_a_later_day_keeps_who_people_are(profile: Profile) -> None:
    later = families(profile, 200, TODAY + timedelta(days=90))
    for before, after in zip(families(profile, 200, TODAY), later, strict=True):
        assert [(line.affiliation_number, line.birth_on) for line in before] == [
            (line.affiliation_number, line.birth_on) for line in after
        ]


def test_every_number_is_valid_canonical_and_somebodys_alone(
    profile: Profile, roll: list[tuple[RollLine, ...]]
) -> None:
    numbers = [line.affiliation_number for family in roll for line in family]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert profile.valid_affiliation_number(number) == number
    serials = [family[0].serial_number for family in roll if family[0].serial_number]
    assert len(set(serials)) == len(serials)
    for serial in serials:
        assert profile.valid_serial_number(serial) == serial
        assert len(serial) >= 8
        assert not set(serial) & set("0O1IL2Z5S8B")


def test_the_last_family_of_the_largest_roll_has_valid_numbers(profile: Profile) -> None:
    last = FAMILIES_AT_MOST - 1
    number = affiliation_number(profile, last, 5)
    assert profile.valid_affiliation_number(number) == number
    assert number != affiliation_number(profile, last, 4)


def test_r_61_some_foreigners_of_iess_have_a_code_instead_of_a_cedula() -> None:
    iess = load_profile(INSTITUTES / "iess")
    holders = [family[0].affiliation_number for family in families(iess, FAMILIES, TODAY)]
    codes = sum(number.startswith("E") for number in holders)
    assert 5 <= codes <= 50


def test_a_family_begins_with_its_holder_and_shares_the_holders_number_and_the_serial(
    roll: list[tuple[RollLine, ...]],
) -> None:
    for family in roll:
        holder = family[0]
        assert 1 <= len(family) <= 6
        assert holder.relation == "holder"
        assert [line.relation for line in family].count("holder") == 1
        assert [line.relation for line in family].count("spouse") <= 1
        assert {line.holder_number for line in family} == {holder.affiliation_number}
        assert len({line.serial_number for line in family}) == 1


def test_ages_are_plausible(roll: list[tuple[RollLine, ...]]) -> None:
    for family in roll:
        holder = family[0]
        for line in family:
            assert date(1920, 1, 1) < line.birth_on < TODAY
            years = (line.birth_on - holder.birth_on).days / 365
            if line.relation == "child":
                assert years > 16
            if line.relation == "parent":
                assert years < -15
        assert holder.birth_on < TODAY - timedelta(days=18 * 365)


def test_nobody_could_take_the_people_for_real_ones_and_accents_are_exercised(
    roll: list[tuple[RollLine, ...]],
) -> None:
    people = [line for family in roll for line in family]
    assert all(line.first_surname in _SURNAMES for line in people)
    assert all(line.second_surname in _SURNAMES for line in people)
    text = "".join(f"{line.given_names}{line.first_surname}" for line in people)
    assert set("áéíóñÍÓ") <= set(text)
    assert any(" " in line.given_names for line in people)


def test_most_are_covered_without_end_and_a_few_are_what_the_rules_are_for(
    roll: list[tuple[RollLine, ...]],
) -> None:
    people = [line for family in roll for line in family]
    assert all(line.valid_to is None or line.valid_from < line.valid_to for line in people)
    unlimited = sum(line.valid_to is None for line in people)
    lapsed_families = sum(not covered(family[0], TODAY) for family in roll)
    lapsed_members = sum(
        covered(family[0], TODAY) and not all(covered(line, TODAY) for line in family)
        for family in roll
    )
    ending = sum(
        covered(line, TODAY) and not covered(line, TODAY + timedelta(days=30)) for line in people
    )
    without_serial = sum(not family[0].serial_number for family in roll)
    assert unlimited > 0.8 * len(people)
    assert 10 <= lapsed_families <= 60
    assert lapsed_members >= 2
    assert ending >= 20
    assert 10 <= without_serial <= 60


def test_the_first_family_is_whole_covered_and_can_register(
    roll: list[tuple[RollLine, ...]],
) -> None:
    first = roll[0]
    assert [line.relation for line in first] == ["holder", "spouse", "child", "child"]
    assert all(line.serial_number and line.valid_to is None for line in first)


def test_home_units_are_the_profiles_and_crowd_towards_the_first(
    profile: Profile, roll: list[tuple[RollLine, ...]]
) -> None:
    counted = Counter(line.home_unit for family in roll for line in family)
    assert all(profile.unit(code) for code in counted)
    total = sum(counted.values())
    first_ten = sum(counted[unit.code] for unit in profile.units[:10])
    assert 0.05 < counted[profile.units[0].code] / total < 0.11
    assert 0.35 < first_ten / total < 0.5
    assert len(counted) >= 81


def test_a_small_roll_lives_in_few_units(profile: Profile) -> None:
    units = {line.home_unit for family in families(profile, 60, TODAY) for line in family}
    assert units <= {unit.code for unit in profile.units[:8]}


def test_memory_stays_flat_however_long_the_roll_is(profile: Profile) -> None:
    class Nowhere(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

    stream = families(profile, FAMILIES_AT_MOST, TODAY)
    demo_roll.write((line for family in islice(stream, 100) for line in family), Nowhere())
    tracemalloc.start()
    demo_roll.write((line for family in islice(stream, 3000) for line in family), Nowhere())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Nine thousand lines that were kept would take five million bytes and more.
    assert peak < 1_000_000


@pytest.mark.parametrize("count", [0, -1, FAMILIES_AT_MOST + 1])
def test_more_families_than_there_are_numbers_for_are_refused(profile: Profile, count: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 300,000"):
        next(families(profile, count, TODAY))
