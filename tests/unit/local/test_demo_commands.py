"""The two commands that make the demo institute, as a script starts them."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own modules, our own arguments
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_people_and_agendas_are_made_one_after_the_other(tmp_path: Path) -> None:
    roll, agendas = tmp_path / "roll.csv", tmp_path / "agendas.json"
    people = run("deploy.local.people", str(roll), "--institute", "iess", "--families", "30")
    assert people.returncode == 0, people.stderr
    assert "30 families" in people.stdout
    made = run(
        "deploy.local.agendas", str(roll), str(agendas), "--institute", "iess", "--from=2026-11-23"
    )
    assert made.returncode == 0, made.stderr
    document = json.loads(agendas.read_text(encoding="utf-8"))
    assert set(document) == {"doctors", "templates", "publish"}
    assert document["publish"] == {"from": "2026-11-23", "days": 30}


def test_an_unknown_institute_is_refused_in_words(tmp_path: Path) -> None:
    refused = run("deploy.local.people", str(tmp_path / "roll.csv"), "--institute", "nowhere")
    assert refused.returncode == 1
    assert "profile.toml: cannot be read" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_day_that_is_no_day_is_refused_in_words(tmp_path: Path) -> None:
    refused = run("deploy.local.people", str(tmp_path / "roll.csv"), "--on", "2026-02-30")
    assert refused.returncode == 2
    assert "2026-02-30" in refused.stderr
    assert "Traceback" not in refused.stderr
