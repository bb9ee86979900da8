"""The owner decides whether reminders are mailed; notifications hears of it (R-50)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from identity.repository import accounts
from identity.usecases.activate_account import contact_of
from shared import outbox
from shared.database import Database
from shared.errors import Unauthenticated


async def change_preferences(
    database: Database, account_id: UUID, *, reminders: bool, now: datetime
) -> None:
    """Stores the wish and tells it; nothing is told where nothing changes."""
    async with database.transaction() as tx:
        account = await accounts.locked(tx, account_id)
        if account is None:
            raise Unauthenticated
        if account.reminders == reminders:
            return
        version = await accounts.set_reminders(tx, account_id, reminders=reminders)
        contact = contact_of(replace(account, reminders=reminders))
        await outbox.add(tx, contact, sequence=version, now=now)
