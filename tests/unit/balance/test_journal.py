"""The clients' journal, written and read back, and the figures that are drawn from it."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.local.balance.facts import Facts
from deploy.local.balance.figures import Figures, figures, percentile
from deploy.local.balance.journal import Ended, Journal, Line, Operation, Refusal, history, read
from deploy.local.balance.keep import Collected
from shared.ids import uuid7

MS = 1_000_000


def operation(request: int, *, ms: int = 10, slug: str | None = None) -> Operation:
    """A call that booked, or was refused with the slug."""
    op = uuid7()
    return Operation(
        op=op,
        request=request,
        key=str(op),
        invoked_ns=5 * MS,
        returned_ns=(5 + ms) * MS,
        outcome="fail" if slug else "ok",
        status=409 if slug else 201,
        slug=slug,
        appointment_id=None if slug else uuid7(),
    )


def unanswered(one: Operation) -> Operation:
    return replace(one, outcome="info", status=None, slug=None, appointment_id=None)


def counted(*lines: Line) -> Figures:
    return figures(Collected(Facts(), history(lines), Counter(), {}))


def test_an_event_that_was_delivered_twice_was_published_once() -> None:
    delivered = Counter({uuid7(): 2, uuid7(): 1})
    numbers = figures(Collected(Facts(), history([]), delivered, {}))
    assert (numbers.events_published, numbers.deliveries_repeated) == (2, 1)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    booked, refused = operation(0), operation(1, slug="slot-taken")
    refusal, ends = Refusal(1, "agenda-full"), (Ended(0, None), Ended(1, "agenda-full"))
    lines: list[Line] = [booked, refused, refusal, *ends]
    journal = Journal.opened(path)
    for line in lines:
        journal.write(line)
    journal.close()
    assert read(path) == history(lines)


def test_a_line_that_is_no_line_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"kind": "operation", "op": "x"}\n', encoding="utf-8")
    with pytest.raises(ValidationError):
        read(path)


def test_r_35_an_undecided_call_is_settled_by_its_repetition_and_stays_so() -> None:
    booked = operation(0)
    told = history([unanswered(booked), booked])
    assert told.settled() == {booked.op: booked}
    assert history([booked, unanswered(booked)]).settled() == {booked.op: booked}
    assert history([unanswered(booked)]).settled()[booked.op].outcome == "info"


def test_requests_are_booked_or_refused_by_their_last_word() -> None:
    numbers = counted(
        operation(0, slug="slot-taken"),
        operation(0),
        Ended(0, None),
        operation(1, slug="web-quota-exhausted"),
        Refusal(1, "agenda-full"),
        Ended(1, "agenda-full"),
        operation(2, slug="slot-taken"),
    )
    assert (numbers.requests, numbers.booked, numbers.unfinished) == (3, 1, 1)
    assert numbers.refused == {"agenda-full": 1}
    assert numbers.calls == 4
    assert numbers.calls_refused == {"slot-taken": 2, "web-quota-exhausted": 1, "agenda-full": 1}


def test_a_request_that_gave_up_unanswered_and_was_booked_all_the_same_is_booked() -> None:
    booked = operation(0)
    numbers = counted(unanswered(booked), Ended(0, "unanswered"), booked)
    assert (numbers.booked, numbers.refused) == (1, {})


def test_latency_is_of_the_first_call_of_each_key() -> None:
    slow = operation(0, ms=3000)
    again = replace(slow, returned_ns=slow.invoked_ns + MS)
    numbers = counted(unanswered(slow), again, *(operation(n, ms=n) for n in range(1, 100)))
    assert (numbers.p50_ms, numbers.p99_ms, numbers.slowest_ms) == (50.0, 99.0, 3000.0)


def test_percentiles_are_by_nearest_rank() -> None:
    assert percentile([], 50) is None
    assert percentile([7.0], 99) == 7.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 99) == 4.0
