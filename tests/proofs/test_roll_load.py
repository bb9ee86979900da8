"""A whole institute's roll by the operator's own command: in what time and memory (R-01)."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from builders.commands import PUBLIC_URLS
from builders.roll import DELIVERY_KEY, INSTITUTE, Line, holders, roll_text
from databases import Database
from proofs.sizes import FULL, size

FAMILIES = size(700, 33_334)
PROMISED_SECONDS = 60.0
PROMISED_GROWTH_MB = 20.0
_FIRST = 91_000_000
# Runs the command and tells the most memory that it held, in KiB.
_MEASURED = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(ended.returncode)
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the command said, how long it took, and the most memory that it held."""

    said: str
    seconds: float
    megabytes: float


Load = Callable[[list[Line]], Awaitable[Loaded]]


@pytest.fixture
async def load(new_database: Callable[[str], Awaitable[Database]], tmp_path: Path) -> Load:
    """Loads lines into a database of the test's own."""
    database = await new_database("identity")
    environment = {
        "PATH": "/usr/bin:/bin",
        "IDENTITY_ENVIRONMENT": "development",
        "IDENTITY_PUBLIC_URL": PUBLIC_URLS["development"],
        "IDENTITY_INSTITUTE": str(INSTITUTE),
        "IDENTITY_DATABASE_URL": database.app_url,
        "IDENTITY_AMQP_URL": "amqp://identity:none@127.0.0.1:9/",
        "IDENTITY_DELIVERY_KEY": DELIVERY_KEY,
    }

    async def command(lines: list[Line]) -> Loaded:
        path = tmp_path / "padron.csv"
        path.write_text(roll_text(lines), encoding="utf-8")
        words = (sys.executable, "-m", "identity", "load-roll", str(path), "--confirm")
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _MEASURED, *words),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        seconds = time.monotonic() - began
        assert process.returncode == 0, err.decode()
        # The bar is shown on the way, and beside the report.
        assert "reading" in err.decode()
        *said, kibibytes = out.decode().splitlines()
        return Loaded(said[-1], seconds, int(kibibytes) / 1024)

    return command


def _families(count: int, first: int = _FIRST) -> Iterator[Line]:
    """Families of three, each with a serial of its own; another `first`, other serials."""
    prefix = "SERVA" if first == _FIRST else "NUEVA"
    for place, one in enumerate(holders(count, first)):
        holder = replace(one, serial_number=one.serial_number.replace("SERVA", prefix))
        yield holder
        for relation, offset in (("spouse", 0), ("child", 1)):
            number = str(first + 2_000_000 + 2 * place + offset)
            yield replace(holder, affiliation_number=number, relation=relation)


async def test_roll_load_of_a_hundred_thousand_members_ends_within_a_minute_in_flat_memory(
    load: Load, figures: Callable[[str], None]
) -> None:
    few = await load(list(_families(FAMILIES // 10)))
    lines = list(_families(FAMILIES))
    whole = await load(lines)
    again = await load(lines)
    moved, gone = len(lines) // 100, FAMILIES // 100
    changed = [
        replace(line, given_names="Otra") if place < moved else line
        for place, line in enumerate(lines)
    ]
    refreshed = await load([*changed[: len(changed) - 3 * gone], *_families(gone, 96_000_000)])

    before = 3 * (FAMILIES // 10)
    figures(f"{len(lines)} members, {before} of them on the roll before: {_told(whole)}")
    figures(f"the same file again: {_told(again)}")
    figures(f"a refreshed file: {_told(refreshed)}")
    figures(f"{before} members alone: {_told(few)}")
    assert f"{len(lines)} members in {FAMILIES} families" in whole.said
    assert "nothing was changed" in again.said
    counts = f"{3 * gone} new, {moved} changed, {3 * gone} lapsed"
    assert counts in refreshed.said
    assert whole.megabytes - few.megabytes < PROMISED_GROWTH_MB
    if FULL:
        assert max(whole.seconds, refreshed.seconds) < PROMISED_SECONDS


def _told(loaded: Loaded) -> str:
    return f"{loaded.seconds:.1f} s, {loaded.megabytes:.0f} MB at most; {loaded.said}"
