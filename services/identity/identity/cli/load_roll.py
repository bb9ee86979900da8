"""`load-roll FILE`: the institute's roll, with a bar on stderr and the report on stdout (R-01)."""

from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from identity.domain.roll_line import Rules
from identity.repository.roll_loads import LoadCounts
from identity.roll_file import FileChanged
from identity.sealing import Keyring
from identity.settings import Settings
from identity.usecases.load_roll import (
    SHRINK_PER_CENT,
    ConfirmationNeeded,
    LoadUnderWay,
    RollRefused,
    load_roll,
)
from shared.clock import local_day, now
from shared.command import in_database
from shared.database import Database
from shared.profile import Profile, load_profile
from shared.settings import load

REFUSED, CONFIRMATION_NEEDED, UNDER_WAY = 3, 4, 5
"""Exit codes, for whoever runs the command from a script."""

_log = structlog.get_logger()


def load_roll_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Load it although many leave the roll.")
    ] = False,
) -> None:
    """Load the affiliate roll from a CSV file: all of it or nothing, and harmless when repeated."""
    settings = load(Settings)
    profile = load_profile(settings.institute)
    try:
        counts = _load(settings, profile, file, confirmed=confirm)
    except RollRefused as refused:
        _end(REFUSED, f"{refused.faults} faults; nothing was changed")
    except FileChanged:
        _end(REFUSED, "the file changed while it was read; nothing was changed")
    except ConfirmationNeeded as needed:
        _end(
            CONFIRMATION_NEEDED,
            f"{needed.leaving} of {needed.on_roll} members would leave the roll, more than"
            f" {SHRINK_PER_CENT} %; nothing was changed; repeat with --confirm if that is right",
        )
    except LoadUnderWay:
        _end(UNDER_WAY, "another load is under way; nothing was changed")
    if counts is None:
        typer.echo("identity: this file is loaded already; nothing was changed")
        return
    _log.info("roll_loaded", members=counts.members, families=counts.families)
    typer.echo(
        f"identity: {counts.members} members in {counts.families} families:"
        f" {counts.registered} new, {counts.changed} changed, {counts.lapsed} lapsed"
    )


def _load(
    settings: Settings, profile: Profile, file: Path, *, confirmed: bool
) -> LoadCounts | None:
    began = now()
    rules = Rules(
        number=profile.valid_affiliation_number,
        serial=profile.valid_serial_number,
        home_units=frozenset(unit.code for unit in profile.units),
        today=local_day(began, profile.zone_info),
    )
    keyring = Keyring(settings.delivery_key.get_secret_value())
    size = file.stat().st_size
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bar:
        reading = bar.add_task("reading", total=size)

        def progress(read: int) -> None:
            bar.advance(reading, read)

        async def work(database: Database) -> LoadCounts | None:
            return await load_roll(
                database,
                keyring,
                rules,
                file,
                confirmed=confirmed,
                report=_report,
                progress=progress,
                now=began,
            )

        return in_database(settings, "identity", work)


def _report(line: int, column: str, code: str) -> None:
    typer.echo(f"line {line}: {column}: {code}" if column else f"line {line}: {code}")


def _end(code: int, sentence: str) -> NoReturn:
    typer.echo(f"identity: {sentence}", err=True)
    raise typer.Exit(code)
