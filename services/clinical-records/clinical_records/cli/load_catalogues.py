"""`load-medications FILE`, `load-diagnoses FILE`: catalogues, whole or not at all."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from clinical_records.catalogue_files import CatalogueRefused, read_diagnoses, read_medications
from clinical_records.repository.catalogues import Changes
from clinical_records.settings import Settings
from clinical_records.usecases.load_catalogues import load_diagnoses, load_medications
from shared.command import in_database
from shared.database import Database
from shared.settings import load

REFUSED = 3
EntryT = TypeVar("EntryT")
CatalogueFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)
]


def load_medications_command(file: CatalogueFile) -> None:
    """Load the medicines that doctors choose from: `code,name,presentation`; harmless twice."""
    _load("medications", file, read_medications, load_medications)


def load_diagnoses_command(file: CatalogueFile) -> None:
    """Load the ICD-10 codes that sick leaves name: `code,label`; harmless twice."""
    _load("diagnoses", file, read_diagnoses, load_diagnoses)


def _load(
    what: str,
    file: Path,
    read: Callable[[Path], list[EntryT]],
    write: Callable[[Database, list[EntryT]], Awaitable[Changes]],
) -> None:
    settings = load(Settings)
    try:
        wanted = read(file)
    except CatalogueRefused as refused:
        for fault in refused.faults:
            typer.echo(f"line {fault.line}: {fault.problem}")
        count = len(refused.faults)
        typer.echo(f"clinical-records: {count} faults; nothing was changed", err=True)
        raise typer.Exit(REFUSED) from None
    done = in_database(settings, "clinical-records", lambda database: write(database, wanted))
    typer.echo(
        f"clinical-records: {len(wanted)} {what}:"
        f" {done.added} new, {done.changed} changed, {done.removed} removed"
    )
