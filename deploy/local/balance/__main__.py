"""`python -m deploy.local.balance BOOKS`: checks the books of a run once more."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from deploy.local.balance.books import Books
from deploy.local.balance.check import IMPOSSIBLE, check
from deploy.local.balance.running import NotRunning, Running
from deploy.local.run_folder import RunFolder


def main(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The books.")],
    out: Annotated[Path | None, typer.Option(help="Write the balance here, too.")] = None,
) -> None:
    """Balance what clients were told against rows, events and mails.

    0 when they agree, 1 when they don't, 2 without a running system or with unreadable books.
    """
    try:
        running = Running.found(RunFolder.of_environment())
        status = asyncio.run(check(running, Books(folder), Console(), out=out))
    except (NotRunning, FileNotFoundError, ValidationError) as fault:
        typer.echo(fault, err=True)
        sys.exit(IMPOSSIBLE)
    sys.exit(status)


if __name__ == "__main__":
    typer.run(main)
