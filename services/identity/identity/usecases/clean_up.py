"""Forgetting what has no more use: expired secrets, dead sessions, old counts."""

from datetime import datetime, timedelta

from identity.domain.sessions import ACCESS_LIFE
from identity.domain.slowing import NAME_FORGOTTEN
from identity.repository import deliveries, email_changes, failures, revocations, sessions
from shared.database import Database

_SESSIONS_KEPT = timedelta(days=30)
"""Ended ones, for questions about who was logged in."""
_ADDRESSES_KEPT = timedelta(days=30)
"""After the last day on which the old one could be restored."""
_REVOCATIONS_KEPT = 6 * ACCESS_LIFE


async def reap_deliveries(database: Database, *, now: datetime) -> int:
    """Erases secrets that nobody fetched in time; returns how many."""
    async with database.connection() as connection:
        return await deliveries.reap(connection, now)


async def clean_up(database: Database, *, now: datetime) -> None:
    """Forgets sessions, revocations, counts and changes of address past their use."""
    async with database.transaction() as tx:
        await failures.purge(tx, now - NAME_FORGOTTEN)
        await revocations.purge(tx, now - _REVOCATIONS_KEPT)
        await sessions.purge(tx, now - _SESSIONS_KEPT)
        await email_changes.purge(tx, now - _ADDRESSES_KEPT)
