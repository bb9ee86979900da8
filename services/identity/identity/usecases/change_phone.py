"""The owner changes the telephone number that the institute may call."""

from uuid import UUID

from identity.domain.accounts import Account
from identity.repository import accounts
from shared.database import Database
from shared.errors import Unauthenticated


async def change_phone(database: Database, account_id: UUID, phone: str) -> Account:
    """The account with its new number; no other service keeps it, so nobody is told."""
    async with database.transaction() as tx:
        await accounts.set_phone(tx, account_id, phone)
        account = await accounts.by_id(tx, account_id)
    if account is None:
        raise Unauthenticated
    return account
