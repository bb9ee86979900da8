"""`python -m clinical_records verify FILE`: is a paper ours, unchanged, and does it still count."""

from pathlib import Path
from typing import Annotated

import typer

from clinical_records.document.verdict import LARGEST_BYTES
from clinical_records.settings import Settings
from clinical_records.usecases.verify_document import Verdict, verify_document
from shared import clock
from shared.command import in_database
from shared.settings import load

EXIT_CODES = {"valid": 0, "altered": 3, "revoked": 4, "unknown": 5}
"""1 and 2 are what they are for every command: nothing could be said."""
_MEANINGS = {
    "valid": "sealed by the institute, unchanged, in force",
    "altered": "claims to be sealed by the institute, and is not what was sealed",
    "revoked": "sealed by the institute, unchanged, and revoked since",
    "unknown": "carries no seal of the institute",
}


def verify_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Judge a document: 0 valid, 3 altered, 4 revoked, 5 unknown; 1 and 2 when it can't be told."""
    with file.open("rb") as opened:
        content = opened.read(LARGEST_BYTES + 1)
    verdict = in_database(
        load(Settings),
        "clinical-records",
        lambda database: verify_document(database, content, clock.now()),
    )
    typer.echo(f"{verdict.state}: {_MEANINGS[verdict.state]}")
    for line in _details(verdict):
        typer.echo(line)
    raise typer.Exit(EXIT_CODES[verdict.state])


def _details(verdict: Verdict) -> list[str]:
    evidence, known = verdict.evidence, verdict.known
    shown = "holds" if evidence.sound else "does not hold" if evidence.sealed_by else "is missing"
    lines = [f"signature {shown}", f"stored bytes {'equal' if known else 'differ'}"]
    if evidence.sealed_by is not None:
        lines.append(f"certificate {evidence.sealed_by.hex()}")
    if known is not None:
        lines += [f"folio {known.folio}", f"sealed at {known.sealed_at.isoformat()}"]
    return lines
