"""What publishing again changes (R-31): free slots alone, and nothing when nothing is new."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.publication import HeldSlot, Span, change
from shared.ids import uuid7

MIDNIGHT = datetime(2031, 3, 3, tzinfo=UTC)


def span(start: int, length: int = 20) -> Span:
    begins = MIDNIGHT + timedelta(minutes=start)
    return begins, begins + timedelta(minutes=length)


def held(start: int, *, booked: bool = False, leaving: bool = False, length: int = 20) -> HeldSlot:
    return HeldSlot(uuid7(), *span(start, length), booked, leaving)


def test_the_same_hours_change_nothing() -> None:
    own = [held(60), held(80, booked=True)]

    assert change([span(60), span(80)], own, [], MIDNIGHT).nothing


def test_a_free_slot_goes_and_a_booked_one_stays_outside() -> None:
    free, kept = held(60), held(80, booked=True)

    found = change([span(100)], [free, kept], [], MIDNIGHT)

    assert (found.remove, found.add) == ([free.slot_id], [span(100)])
    assert (found.outside, found.leave) == ([kept], [kept.slot_id])


def test_one_that_is_marked_already_is_outside_but_nothing_new() -> None:
    marked = held(80, booked=True, leaving=True)

    found = change([], [marked], [], MIDNIGHT)

    assert (found.outside, found.leave, found.nothing) == ([marked], [], True)


def test_hours_that_hold_it_again_take_it_back() -> None:
    marked = held(80, booked=True, leaving=True)

    assert change([span(80)], [marked], [], MIDNIGHT).back == [marked.slot_id]


def test_what_has_begun_is_left_as_it_is() -> None:
    begun = held(60)

    found = change([span(40), span(100)], [begun], [], begun.starts_at)

    assert (found.remove, found.add) == ([], [span(100)])


def test_no_time_is_added_beside_another_service_of_the_doctor() -> None:
    assert change([span(60), span(80)], [], [span(70, 5)], MIDNIGHT).add == [span(80)]


@given(
    wanted=st.sets(st.integers(1, 40), max_size=20),
    own=st.dictionaries(st.integers(1, 40), st.booleans(), max_size=20),
    others=st.sets(st.integers(41, 60), max_size=5),
)
def test_doing_it_leaves_the_hours_wanted_and_doing_it_again_changes_nothing(
    wanted: set[int], own: dict[int, bool], others: set[int]
) -> None:
    slots = [held(20 * start, booked=booked) for start, booked in own.items()]
    times = [span(20 * start) for start in wanted]
    taken = [span(20 * start) for start in others]

    first = change(times, slots, taken, MIDNIGHT)
    after = [
        HeldSlot(one.slot_id, *one.span, one.booked, one.slot_id in first.leave)
        for one in slots
        if one.slot_id not in first.remove
    ] + [HeldSlot(uuid7(), *added, booked=False, leaving=False) for added in first.add]

    assert {one.span for one in after if not one.leaving} == set(times)
    assert all(one in after or not one.booked for one in slots if one.slot_id not in first.leave)
    assert change(times, after, taken, MIDNIGHT).nothing
