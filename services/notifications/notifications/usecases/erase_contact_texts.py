"""Erases what people wrote as soon as it is no longer needed to send (R-53)."""

from datetime import datetime

from notifications.domain.contact import KEPT_FOR, PER_ADDRESS
from notifications.repository import contact_messages
from shared.database import Database


async def erase_contact_texts(database: Database, now: datetime) -> int:
    """Returns in how many messages something was erased."""
    async with database.transaction() as tx:
        erased = await contact_messages.erase(tx, written_before=now, kept_since=now - KEPT_FOR)
        await contact_messages.forget_counts(tx, now - PER_ADDRESS.window)
    return erased
