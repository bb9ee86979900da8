"""The caller's own account."""

from uuid import UUID

from identity.domain.accounts import Account
from identity.repository import accounts
from shared.database import Database
from shared.errors import Unauthenticated


async def who_i_am(database: Database, account_id: UUID) -> Account:
    """The account of a verified caller; one that is gone meanwhile has no session either."""
    async with database.connection() as connection:
        account = await accounts.by_id(connection, account_id)
    if account is None:
        raise Unauthenticated
    return account
