"""`rotate-signing-key`: another key signs from now on, for one that may have been seen."""

import typer

from identity.sealing import Keyring
from identity.settings import Settings
from identity.usecases.keep_signing_keys import rotate_signing_key
from shared.clock import now
from shared.command import in_database
from shared.database import Database
from shared.settings import load


def rotate_signing_key_command() -> None:
    """Make a new signing key; running processes use it within half a minute."""
    settings = load(Settings)
    keyring = Keyring(settings.delivery_key.get_secret_value())

    async def work(database: Database) -> str:
        return (await rotate_signing_key(database, keyring, now=now()))[0].kid

    typer.echo(f"identity: key {in_database(settings, 'identity', work)} signs from now on")
