"""The report of the proofs: every figure that they measured, at the end of the run and in a file.

The file is `.run/proofs/<UTC time>-<process>.txt`; a test's figures are added as the test ends.
"""

import os
from pathlib import Path

import pytest

from shared import clock

FIGURE = "figure"
_FOLDER = Path(__file__).resolve().parent.parent / ".run" / "proofs"


class Report:
    """Collects the figures of all tests, whichever process ran them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test's last report carries all that its phases said."""
        figures = [str(value) for name, value in report.user_properties if name == FIGURE]
        if report.when != "teardown" or not figures:
            return
        lines = [report.nodeid, *(f"  {figure}" for figure in figures)]
        self._lines += lines
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints all of it, and where it is kept."""
        if self._lines:
            terminalreporter.section("figures")
            for line in self._lines:
                terminalreporter.write_line(line)
            terminalreporter.write_line(f"kept in {self.path}")


def pytest_configure(config: pytest.Config) -> None:
    """One report for the whole run: workers leave it to the first process."""
    if not hasattr(config, "workerinput"):
        name = f"{clock.now():%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
        config.pluginmanager.register(Report(_FOLDER / name), "figures-report")
