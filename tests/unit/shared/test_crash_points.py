"""Crash points: a process of a test build kills itself where it is told, production never."""

import signal
import subprocess
import sys

import pytest

from shared import crash_points
from shared.crash_points import CrashPointInvalid, arm, reached

_PROCESS = """
import asyncio, sys
from shared.crash_points import arm, reached, reached_after_write
arm("development")
for number in range(5):
    reached("relay.after_claim")
    asyncio.run(reached_after_write("mail.before_data"))
    print(number, flush=True)
"""


def run(variable: str | None) -> tuple[int, str]:
    environment = {"PYTHONPATH": ":".join(sys.path)} | ({"CRASH_AT": variable} if variable else {})
    ended = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", _PROCESS],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("point", ["relay.after_claim", "mail.before_data"])
def test_the_process_dies_at_the_nth_time_and_not_before(point: str) -> None:
    status, printed = run(f"{point}:3")
    assert status == -signal.SIGKILL
    assert printed == "0\n1\n"


def test_without_the_variable_or_at_another_point_nothing_happens() -> None:
    assert run(None)[0] == 0
    assert run("mail.after_mark:1")[0] == 0


@pytest.mark.parametrize("given", ["", "mail", "mail.before_data", "mail.before_data:0", "a.b:1 "])
def test_a_variable_that_says_nothing_clear_stops_the_start(given: str) -> None:
    with pytest.raises(CrashPointInvalid):
        arm("development", {crash_points.VARIABLE: given})


def test_production_does_not_start_with_it() -> None:
    with pytest.raises(CrashPointInvalid):
        arm("production", {crash_points.VARIABLE: "mail.before_data:1"})
    arm("production", {})
    reached("mail.before_data")
