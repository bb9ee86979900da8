"""Notifications' commands for operators."""

from pathlib import Path
from typing import Annotated

import typer

from notifications.samples import write_all
from notifications.settings import Settings
from shared.audit_command import verify_audit
from shared.clock import now
from shared.command import commands
from shared.profile import load_profile
from shared.settings import load

cli = commands("notifications", Settings, Path(__file__).parent / "migrations")

cli.command("verify-audit")(verify_audit(Settings, "notifications"))


@cli.command("render-all")
def render_all(folder: Annotated[Path, typer.Argument(file_okay=False)]) -> None:
    """Write every mail with sample data as text and HTML files into FOLDER."""
    settings = load(Settings)
    files = write_all(load_profile(settings.institute), settings.public_url, folder, now())
    typer.echo(f"notifications: {len(files)} files written to {folder}")
