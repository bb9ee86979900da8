"""The commands where they can do nothing: a sentence and status 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.replay.traces import morning
from deploy.local.run_folder import ROOT

TRACE = str(Path(morning.__file__).with_name("morning.csv"))


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", *words],
        env=os.environ | {"SISA_RUN_DIR": str(folder), "COLUMNS": "200"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", [("replay", TRACE), ("balance", ".")])
def test_without_a_running_system_both_say_how_to_start_one(
    tmp_path: Path, command: tuple[str, str]
) -> None:
    module, word = command
    ended = run(f"deploy.local.{module}", word, folder=tmp_path)
    assert ended.returncode == 2
    assert "start it with `make run`" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_trace_is_named(tmp_path: Path) -> None:
    ended = run("deploy.local.replay", str(tmp_path / "nowhere.csv"), folder=tmp_path)
    assert ended.returncode == 2
    assert "nowhere.csv" in ended.stderr
    assert "Traceback" not in ended.stderr
