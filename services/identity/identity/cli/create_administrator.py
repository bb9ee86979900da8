"""`create-administrator EMAIL`: who can make all other staff accounts (R-14)."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from identity.domain.staff import NewStaff
from identity.emails import read_address
from identity.sealing import Keyring
from identity.settings import Settings
from identity.usecases.create_administrator import AdministratorActive, create_administrator
from shared.clock import local_day, now
from shared.command import in_database
from shared.database import Database
from shared.profile import load_profile
from shared.settings import load

CONFIRMATION_NEEDED = 4
_OWNER_ONLY = 0o600


def create_administrator_command(
    email: Annotated[str, typer.Argument(help="The address that the link goes to.")],
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    link_file: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Where the link goes, mode 0600, instead of a mail."),
    ] = None,
    *,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Make another one although one is active.")
    ] = False,
) -> None:
    """Make an administrator's account; it is activated by the mailed link."""
    settings = load(Settings)
    profile = load_profile(settings.institute)
    address = read_address(email)
    if address is None or not name.strip() or not name.isprintable():
        raise typer.BadParameter("one e-mail address and one line of a name are needed")
    wanted = NewStaff("administrator", None, None, address.email, address.key, name.strip())
    began = now()
    hours = profile.policies_at(local_day(began, profile.zone_info)).activation_hours
    keyring = Keyring(settings.delivery_key.get_secret_value())

    async def work(database: Database) -> str | None:
        return await create_administrator(
            database,
            keyring,
            wanted,
            locale=profile.locale,
            life=timedelta(hours=hours),
            mailed=link_file is None,
            confirmed=confirm,
            now=began,
        )

    # Opened first: a place that can't be written to must not cost a link.
    out = _private(link_file) if link_file is not None else None
    try:
        token = in_database(settings, "identity", work)
    except AdministratorActive:
        typer.echo("identity: an administrator is active; repeat with --confirm", err=True)
        raise typer.Exit(CONFIRMATION_NEEDED) from None
    if out is None:
        typer.echo("identity: the activation link will be mailed once identity runs")
        return
    with os.fdopen(out, "w", encoding="utf-8") as file:
        file.write(f"{settings.public_url.rstrip('/')}/activar?token={token}\n")
    typer.echo(f"identity: the activation link stands in {link_file}; it holds for {hours} h")


def _private(path: Path) -> int:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    os.fchmod(descriptor, _OWNER_ONLY)
    return descriptor
