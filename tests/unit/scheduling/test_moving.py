"""Where appointments go (R-32): soonest first, in order, never onto another of the same person."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.moving import Moving, Place, plan
from shared.ids import uuid7

NINE = datetime(2031, 3, 3, 9, tzinfo=UTC)
SLOT = timedelta(minutes=20)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def a_moving(minutes: int, **changes: object) -> Moving:
    values: dict[str, object] = {
        "appointment_id": uuid7(), "member_id": uuid7(), "starts_at": at(minutes),
        "covered_from": date(2020, 1, 1), "covered_to": None,
    }  # fmt: skip
    return Moving(**{**values, **changes})  # type: ignore[arg-type]  # valid by default


def a_place(minutes: int) -> Place:
    starts_at = at(minutes)
    return Place(uuid7(), uuid7(), uuid7(), starts_at.date(), starts_at, starts_at + SLOT)


def test_each_takes_the_soonest_place_that_is_left_in_their_order() -> None:
    moving, places = [a_moving(0), a_moving(20)], [a_place(40), a_place(60)]

    found = plan(moving, places, {})

    assert [found[one.appointment_id] for one in moving] == places


def test_nobody_comes_earlier_than_agreed() -> None:
    one = a_moving(60)

    assert plan([one], [a_place(0), a_place(40)], {}) == {one.appointment_id: "no-place"}


def test_a_place_is_skipped_for_who_is_busy_then_and_given_to_the_next() -> None:
    busy, free = a_moving(0), a_moving(0)
    first, second = a_place(20), a_place(60)

    found = plan([busy, free], [first, second], {busy.member_id: [(uuid7(), (at(30), at(50)))]})

    assert (found[busy.appointment_id], found[free.appointment_id]) == (second, first)


def test_ones_own_old_time_is_no_obstacle_but_the_others_old_time_is() -> None:
    member = uuid7()
    one, other = a_moving(0, member_id=member), a_moving(60, member_id=member)
    held = [(one.appointment_id, (at(0), at(20))), (other.appointment_id, (at(60), at(80)))]
    same, clash, later = a_place(0), a_place(60), a_place(80)

    found = plan([one, other], [same, clash, later], {member: held})

    assert (found[one.appointment_id], found[other.appointment_id]) == (same, clash)
    found = plan([one, other], [clash, later], {member: held})
    assert (found[one.appointment_id], found[other.appointment_id]) == (later, clash)


def test_one_person_never_gets_two_places_at_one_time() -> None:
    member = uuid7()
    moving = [a_moving(0, member_id=member), a_moving(20, member_id=member)]
    places = [a_place(40), a_place(40)]

    found = plan(moving, places, {})

    assert found[moving[1].appointment_id] == "no-place"


def test_coverage_ends_with_its_last_day() -> None:
    here, over = a_moving(0, covered_to=NINE.date()), a_moving(0, covered_to=date(2031, 3, 2))
    unknown = a_moving(0, covered_from=None)
    places = [a_place(20), a_place(40), a_place(60)]

    found = plan([here, over, unknown], places, {})

    assert found[here.appointment_id] == places[0]
    assert found[over.appointment_id] == found[unknown.appointment_id] == "not-covered"


@given(
    starts=st.lists(st.integers(0, 30), max_size=12).map(sorted),
    free=st.lists(st.integers(0, 40), max_size=15).map(sorted),
    people=st.lists(st.integers(0, 3), min_size=12, max_size=12),
)
def test_no_place_is_given_twice_and_no_person_is_in_two_places(
    starts: list[int], free: list[int], people: list[int]
) -> None:
    members = [uuid7() for _ in range(4)]
    moving = [
        a_moving(10 * start, member_id=members[person])
        for start, person in zip(starts, people, strict=False)
    ]
    places = [a_place(10 * start) for start in free]

    found = plan(moving, places, {})

    given_places = [end for end in found.values() if isinstance(end, Place)]
    assert len({place.slot_id for place in given_places}) == len(given_places)
    for member in members:
        spans = sorted(
            (end.starts_at, end.ends_at)
            for one in moving
            if one.member_id == member and isinstance(end := found[one.appointment_id], Place)
        )
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
    for one in moving:
        end = found[one.appointment_id]
        assert not isinstance(end, Place) or end.starts_at >= one.starts_at
