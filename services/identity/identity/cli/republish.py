"""`republish KIND --to QUEUE`: every subject's present state, to rebuild one projection."""

from enum import StrEnum
from typing import Annotated

import typer

from identity.queries.present_state import KINDS
from identity.settings import Settings
from shared.clock import now
from shared.command import in_database
from shared.database import Database
from shared.republish import NoSuchQueue, republish
from shared.settings import load


class Kind(StrEnum):
    """What can be republished."""

    members = "members"
    accounts = "accounts"
    contacts = "contacts"


def republish_command(
    kind: Annotated[Kind, typer.Argument()],
    queue: Annotated[str, typer.Option("--to", help="The one queue that gets it.")],
) -> None:
    """Send the present state of every member, account or contact to one queue."""
    settings = load(Settings)

    async def work(database: Database) -> int:
        began = now()
        return await republish(database, KINDS[kind.value](database), queue=queue, now=began)

    try:
        count = in_database(settings, "identity", work)
    except NoSuchQueue as fault:
        typer.echo(f"identity: {fault}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"identity: {count} facts for {queue} put into the outbox")
