"""Adopt the institute's profile: the SQL rules then judge by its numbers (R-30)."""

from scheduling.repository import institute
from shared.database import Database
from shared.profile import Profile


async def adopt_profile(database: Database, profile: Profile) -> None:
    """Makes units, services and policy numbers equal to the profile's; done at every start."""

    async def once() -> None:
        async with database.transaction() as tx:
            await institute.adopt(tx, profile)

    await database.retrying(once)
