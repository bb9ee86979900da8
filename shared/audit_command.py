"""`verify-audit`: walks a service's audit and says whether it is what was written."""

import re
from collections.abc import Callable
from typing import Annotated

import typer

from shared.audit_chain import Head, Kind, Verdict, verify
from shared.command import in_database
from shared.settings import DatabaseSettings, load

BROKEN = 1
_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def verify_audit(settings: type[DatabaseSettings], name: str) -> Callable[..., None]:
    """The command of the service with this name."""

    def verify_audit_command(
        seen: Annotated[
            str | None,
            typer.Option(metavar="NUMBER:DIGEST", help="A head told before: it must hold."),
        ] = None,
    ) -> None:
        """Verify the audit's chain; exit status 1 and each fault's number when it is broken."""
        given = load(settings)
        known = _head(seen) if seen is not None else None
        found = in_database(given, name, lambda database: verify(database, _told, seen=known))
        typer.echo(f"{name}: {_summary(found)}")
        if not found.whole:
            raise typer.Exit(BROKEN)

    return verify_audit_command


def _told(number: int, kind: Kind) -> None:
    typer.echo(f"{number}: {kind}")


def _head(text: str) -> Head:
    match = _HEAD.fullmatch(text)
    if match is None:
        raise typer.BadParameter("not NUMBER:DIGEST as this command prints it")
    return Head(int(match[1]), bytes.fromhex(match[2]))


def _summary(found: Verdict) -> str:
    stray = f", {found.stray} kept out of the chain" if found.stray else ""
    state = "whole" if found.whole else f"BROKEN, {found.faults} faults{stray}"
    head = f"{found.head.number}:{found.head.digest.hex()}"
    return f"the audit is {state}; {found.waiting} rows not yet linked; head {head}"
