"""Every subject's present state as facts, to rebuild what other services keep of them."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import asyncpg

from shared.contracts.clinical import (
    PrescriptionIssued,
    PrescriptionVoided,
    ReferralDescribed,
    ReferralExpired,
    ReferralIssued,
    ReferralUsed,
    SickLeaveRevoked,
    SickLeaveSealed,
)
from shared.contracts.event import Fact
from shared.database import Database

Facts = AsyncIterator[tuple[Fact, int]]
_PAGE = 1000
_REFERRALS: dict[str, type[ReferralIssued | ReferralUsed | ReferralExpired]] = {
    "issued": ReferralIssued,
    "used": ReferralUsed,
    "expired": ReferralExpired,
}


async def prescriptions(database: Database) -> Facts:
    """Of each its state."""
    async for row in _rows(database, "prescriptions", "prescription_id", "state, version"):
        fact = PrescriptionVoided if row["state"] == "voided" else PrescriptionIssued
        yield fact(prescription_id=row["prescription_id"], state=row["state"]), row["version"]


async def sick_leaves(database: Database) -> Facts:
    """Of each that was told of at all: sealed or revoked."""
    columns = "family_id, state, version"
    async for row in _rows(database, "sick_leaves", "sick_leave_id", columns):
        if row["version"]:
            fact = SickLeaveRevoked if row["state"] == "revoked" else SickLeaveSealed
            made = fact(
                sick_leave_id=row["sick_leave_id"],
                family_id=row["family_id"],
                state=row["state"],
            )
            yield made, row["version"]


async def referrals(database: Database) -> Facts:
    """Of each the public fact and the private one, which never changes."""
    columns = "member_id, service, valid_to, state, version"
    async for row in _rows(database, "referrals", "referral_id", columns):
        fact = _REFERRALS[row["state"]]
        yield fact(referral_id=row["referral_id"], state=row["state"]), row["version"]
        yield ReferralDescribed.model_validate(dict(row)), 1


KINDS: dict[str, Callable[[Database], Facts]] = {
    "prescriptions": prescriptions,
    "sick-leaves": sick_leaves,
    "referrals": referrals,
}


async def _rows(
    database: Database, table: str, key: str, columns: str
) -> AsyncIterator[asyncpg.Record]:
    """The whole table in pages by its key: no statement is long, memory stays flat."""
    after = UUID(int=0)
    while True:
        async with database.connection() as connection:
            page = await connection.fetch(
                f"SELECT {key}, {columns} FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT $2",
                after,
                _PAGE,
            )
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        after = page[-1][key]
