"""Loading the institute's roll: the whole file or nothing, in one transaction (R-01)."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from identity.domain.roll_line import RollLine, Rules
from identity.repository import roll_loads, roll_staging, roll_swap
from identity.repository.roll_loads import LoadCounts
from identity.roll_file import judged_lines, sha256_of
from identity.sealing import Keyring, serial_context
from identity.usecases.prove_serial import SERIAL
from shared import trace
from shared.database import Database, Transaction

SHRINK_PER_CENT = 5
"""A file that takes more than this off the roll is loaded only when it was confirmed."""

Report = Callable[[int, str, str], None]
"""Is called with line, column and reason code of everything that is wrong; never with a value."""
Progress = Callable[[int], None]
"""Is called with the bytes of each line that has been read."""


class RollRefused(Exception):
    """The file has bad lines; nothing was changed."""

    def __init__(self, faults: int) -> None:
        super().__init__(f"{faults} faults")
        self.faults = faults


class ConfirmationNeeded(Exception):
    """The file would take many off the roll; nothing was changed."""

    def __init__(self, leaving: int, on_roll: int) -> None:
        super().__init__(f"{leaving} of {on_roll} leave")
        self.leaving = leaving
        self.on_roll = on_roll


class LoadUnderWay(Exception):
    """Another load has not ended yet."""


@dataclass(slots=True)
class _Reading:
    """What passes the lines on to the staging table, and counts those that don't."""

    path: Path
    content: bytes
    rules: Rules
    keyring: Keyring
    report: Report
    progress: Progress
    faults: int = 0
    lines: int = 0

    def tell(self, line: int, column: str, code: str) -> None:
        self.faults += 1
        self.report(line, column, code)

    async def records(self) -> AsyncIterator[tuple[Any, ...]]:
        for judged in judged_lines(self.path, self.content, self.rules):
            self.progress(judged.size)
            self.lines += 1
            if isinstance(judged.found, RollLine):
                yield (judged.number, *_record(judged.found, self.keyring))
            else:
                for fault in judged.found:
                    self.tell(judged.number, fault.column, fault.code)


async def load_roll(
    database: Database,
    keyring: Keyring,
    rules: Rules,
    path: Path,
    *,
    confirmed: bool,
    report: Report,
    progress: Progress,
    now: datetime,
) -> LoadCounts | None:
    """What the load did, or None when the roll is this very file already.

    Raises RollRefused after every fault was reported, ConfirmationNeeded, LoadUnderWay.
    """
    content = sha256_of(path)
    reading = _Reading(path, content, rules, keyring, report, progress)
    async with database.transaction(roll_staging.LONG_SECONDS) as tx:
        if not await roll_staging.begin(tx):
            raise LoadUnderWay
        if await roll_loads.last_content(tx) == content:
            return None
        await roll_staging.fill(tx, reading.records())
        await _judge_together(tx, reading)
        leaving, on_roll = await roll_staging.leaving(tx)
        if leaving * 100 > on_roll * SHRINK_PER_CENT and not confirmed:
            raise ConfirmationNeeded(leaving, on_roll)
        counts = await _take_over(tx, rules, now)
        await roll_loads.add(tx, content, counts, now)
        await roll_staging.empty(tx)
        return counts


async def _judge_together(tx: Transaction, reading: _Reading) -> None:
    """What no line shows by itself; told even when single lines were bad, so that one sees all."""
    if not reading.lines:
        reading.tell(1, "", "no-lines")
    orphans = reading.faults == 0
    async for line, column, code in roll_staging.faults_among(tx, orphans=orphans):
        reading.tell(line, column, code)
    if reading.faults:
        raise RollRefused(reading.faults)


async def _take_over(tx: Transaction, rules: Rules, now: datetime) -> LoadCounts:
    parent = trace.traceparent()
    members, families = await roll_loads.staged(tx)
    await roll_swap.families(tx)
    # Who changes before who is new: a row added here must not be looked at twice.
    changed, lapsed = await roll_swap.changed(tx, now=now, today=rules.today, traceparent=parent)
    registered = await roll_swap.registered(tx, now=now, today=rules.today, traceparent=parent)
    gone = await roll_swap.gone(tx, now=now, today=rules.today, traceparent=parent)
    return LoadCounts(members, families, registered, changed, lapsed + gone)


def _record(line: RollLine, keyring: Keyring) -> tuple[Any, ...]:
    """The serial leaves the process only as digest and, with the holder, sealed."""
    digest = sealed = None
    if line.serial_number:
        digest = keyring.digest(SERIAL, line.serial_number)
        if line.relation == "holder":
            sealed = keyring.seal(line.serial_number.encode(), serial_context(line.holder_number))
    return (
        line.affiliation_number, line.holder_number, digest, sealed, line.given_names,
        line.first_surname, line.second_surname, line.birth_on, line.sex, line.relation,
        line.home_unit, line.valid_from, line.valid_to,
    )  # fmt: skip
