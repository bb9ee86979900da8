"""`republish KIND --to QUEUE`: every subject's present state, to rebuild one projection."""

from enum import StrEnum
from typing import Annotated

import typer

from clinical_records.queries.present_state import KINDS
from clinical_records.settings import Settings
from shared.clock import now
from shared.command import in_database
from shared.database import Database
from shared.republish import republish
from shared.settings import load


class Kind(StrEnum):
    """What can be republished."""

    prescriptions = "prescriptions"
    sick_leaves = "sick-leaves"
    referrals = "referrals"


def republish_command(
    kind: Annotated[Kind, typer.Argument()],
    queue: Annotated[str, typer.Option("--to", help="The one queue that gets it.")],
) -> None:
    """Send the present state of every prescription, sick leave or referral to one queue."""

    async def work(database: Database) -> int:
        began = now()
        return await republish(database, KINDS[kind.value](database), queue=queue, now=began)

    count = in_database(load(Settings), "clinical-records", work)
    typer.echo(f"clinical-records: {count} facts for {queue} put into the outbox")
