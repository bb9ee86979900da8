"""`python -m tests.checker DATABASE_URL [--journal FILE]`: the invariants of a run that is over."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from .invariants import INVARIANTS, check
from .journal import Line, read

SHOWN = 20


def main(
    database_url: Annotated[str, typer.Argument(help="Scheduling's database.")],
    journal: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="What clients were told.")
    ] = None,
    slack: Annotated[
        float, typer.Option(min=0, help="Seconds by which commits may be out of order.")
    ] = 5.0,
) -> None:
    """Print each invariant with the number of its violations; 1 when there is any."""
    lines = [] if journal is None else read(journal)
    found = asyncio.run(_found(database_url, lines, timedelta(seconds=slack)))
    for name, offenders in found.items():
        says = (INVARIANTS[name].__doc__ or "").partition("\n")[0]
        typer.echo(f"{name} {len(offenders):6d}  {says}")
        for offender in offenders[:SHOWN]:
            typer.echo(f"           {offender}")
    raise typer.Exit(1 if any(found.values()) else 0)


async def _found(url: str, journal: list[Line], slack: timedelta) -> dict[str, list[str]]:
    connection = await asyncpg.connect(url)
    try:
        return await check(connection, journal=journal, slack=slack)
    finally:
        await connection.close()


if __name__ == "__main__":
    typer.run(main)
