"""Gives a claimed sick leave back after a failure, to be tried again after a growing pause."""

from datetime import datetime

from clinical_records.domain.sealings import Claimed, pause
from clinical_records.repository import sealings
from shared.database import Database


async def postpone_sealing(
    database: Database, claimed: Claimed, reason: str, now: datetime
) -> None:
    """`reason` is a static word."""
    async with database.transaction() as tx:
        await sealings.postpone(tx, claimed, now + pause(claimed.attempts), reason)
