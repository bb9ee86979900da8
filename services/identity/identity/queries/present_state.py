"""Every subject's present state as facts, to rebuild what other services keep of them."""

from collections.abc import AsyncIterator, Callable

from identity.repository import accounts, families
from shared.contracts.event import Fact
from shared.contracts.identity import (
    AccountActivated,
    AccountLocked,
    AccountRegistered,
    ContactChanged,
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
)
from shared.database import Database

Facts = AsyncIterator[tuple[Fact, int]]


async def members(database: Database) -> Facts:
    """Of each member the public fact and the private one, with their sequences."""
    async for row in families.in_pages(database):
        kind = MemberLapsed if row["lapsed"] else MemberChanged
        public = {name: row[name] for name in kind.model_fields}
        yield kind(**public), row["public_version"]
        private = {name: row[name] for name in MemberDescribed.model_fields}
        yield MemberDescribed(**private), row["private_version"]


async def account_states(database: Database) -> Facts:
    """Of each account what it is now: registered, activated or locked."""
    kinds: dict[str, type[AccountRegistered | AccountActivated | AccountLocked]] = {
        "pending": AccountRegistered,
        "active": AccountActivated,
        "closed": AccountLocked,
    }
    async for row in accounts.in_pages(database, active=False):
        fact = kinds[row["state"]](account_id=row["account_id"], family_id=row["family_id"])
        yield fact, row["public_version"]


async def contacts(database: Database) -> Facts:
    """Where each active account is reached."""
    async for row in accounts.in_pages(database, active=True):
        contact = {name: row[name] for name in ContactChanged.model_fields}
        yield ContactChanged(**contact), row["contact_version"]


KINDS: dict[str, Callable[[Database], Facts]] = {
    "members": members,
    "accounts": account_states,
    "contacts": contacts,
}
