"""How the tests of a run with several processes (`make test`) are spread over them.

A process gets one file after another. Tests of one running system stay together, whatever their
files, so that it is started once; and what takes longest begins first.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_ROOT = Path(__file__).resolve().parents[1]
# Walks through a whole system, a broker that is killed and hung, proofs: a minute and more each.
_LONGEST = ("system", "tests/bus/test_broker_faults.py", "tests/proofs/", "tests/bus/")


class Spread(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out groups of tests, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """Used instead of xdist's own, which would begin with what has most tests."""
    config.option.loadscopereorder = False
    return Spread(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the groups in order; one process alone has nothing to gain from that."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _rank(group(item.nodeid)))


def group(nodeid: str) -> str:
    """What one process gets as a whole: a file, or all walks through one institute's system."""
    path = nodeid.partition("::")[0]
    if not _walks(path):
        return path
    return "system of iess" if "[iess" in nodeid else "system"


@cache
def _walks(path: str) -> bool:
    return "from builders.system import" in (_ROOT / path).read_text("utf-8")


def _rank(named: str) -> int:
    starts = (place for place, start in enumerate(_LONGEST) if named.startswith(start))
    return next(starts, len(_LONGEST))
