"""Traces: which lines are taken, when they are due, and what is no trace."""

from collections import Counter
from pathlib import Path

import pytest

from deploy.local.replay.trace import Request, TraceInvalid, read_trace
from deploy.local.replay.traces import morning

HEADER = "t_s,lead_days,unit,patient,age,sex,sms,no_show"


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace.csv"


def write(trace: Path, *lines: str) -> Path:
    trace.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return trace


def test_requests_come_by_time_whatever_their_order_in_the_file(trace: Path) -> None:
    write(trace, "130,2,1,7,50,M,0,1", "100,0,0,8,30,F,0,0")
    assert read_trace(trace, None, None) == [
        Request(number=0, at=0.0, lead_days=0, unit=0, patient="8"),
        Request(number=1, at=30.0, lead_days=2, unit=1, patient="7"),
    ]


def test_a_part_begins_at_its_first_second_and_ends_before_its_last(trace: Path) -> None:
    write(trace, *(f"{second},0,0,{second},50,M,0,1" for second in (99, 100, 150, 200)))
    part = read_trace(trace, 100, 200)
    assert [(request.patient, request.at) for request in part] == [("100", 0.0), ("150", 50.0)]
    later = read_trace(trace, 90, 100)
    assert [(request.patient, request.at) for request in later] == [("99", 9.0)]


def test_a_visit_on_record_before_its_booking_is_the_same_day(trace: Path) -> None:
    (request,) = read_trace(write(trace, "100,-1,0,8,30,F,0,0"), None, None)
    assert request.lead_days == 0


@pytest.mark.parametrize(
    "line",
    [
        "x,0,0,8",
        "100,0.5,0,8",
        "100,0,-1,8",
        "-1,0,0,8",
        "nan,0,0,8",
        "inf,0,0,8",
        "100,0,0,",
        "100,0",
        "100,,0,8",
    ],
)
def test_a_line_that_is_no_booking_is_named(trace: Path, line: str) -> None:
    write(trace, "100,0,0,8,30,F,0,0", line)
    with pytest.raises(TraceInvalid, match="line 3: not a booking"):
        read_trace(trace, None, None)


def test_a_missing_column_file_or_part_is_told(trace: Path) -> None:
    with pytest.raises(TraceInvalid, match="No such file"):
        read_trace(trace, None, None)
    trace.write_text("t_s,lead_days\n100,0\n", encoding="utf-8")
    with pytest.raises(TraceInvalid, match="line 2: not a booking"):
        read_trace(trace, None, None)
    write(trace, "100,0,0,8,30,F,0,0")
    with pytest.raises(TraceInvalid, match="no booking between 200"):
        read_trace(trace, 200, 300)


def test_the_projects_own_trace_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(morning, "FILE", tmp_path / "morning.csv")
    morning.main()
    shipped = Path(morning.__file__).with_name("morning.csv")
    assert (tmp_path / "morning.csv").read_bytes() == shipped.read_bytes()


def test_the_projects_own_trace_is_a_rush_for_few_places() -> None:
    requests = read_trace(Path(morning.__file__).with_name("morning.csv"), None, None)
    first_seconds = [request for request in requests if request.at < 5]
    assert len(requests) > 200
    assert len(first_seconds) > 50
    wanted = Counter((request.unit, request.lead_days) for request in first_seconds)
    assert wanted[0, 0] > 10
