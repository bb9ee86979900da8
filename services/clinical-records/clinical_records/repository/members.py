"""The people whose records these are: projections, and who withdrew own records (R-45)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from clinical_records.domain.people import Member, Person
from shared import projection
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
from shared.database import Transaction
from shared.received import Received

_MEMBER = """
SELECT member_id, family_id, holder, home_unit, valid_from, valid_to,
       coalesce(w.withdrawn, false) AS withdrawn
FROM members LEFT JOIN record_withdrawals w USING (member_id)
"""


async def keep_member(tx: Transaction, received: Received) -> None:
    """Family, unit and coverage: whose records an account may see."""
    member: MemberRegistered | MemberChanged | MemberLapsed = received.event.data
    await projection.keep(
        tx,
        "members",
        received,
        key="member_id",
        family_id=member.family_id,
        holder=member.holder,
        relation=member.relation,
        home_unit=member.home_unit,
        valid_from=member.valid_from,
        valid_to=member.valid_to,
    )


async def keep_description(tx: Transaction, received: Received) -> None:
    """Name and number, as documents print them, and whether the person is of age."""
    member: MemberDescribed = received.event.data
    await projection.keep(
        tx,
        "member_descriptions",
        received,
        key="member_id",
        display_name=member.display_name,
        affiliation_number=member.affiliation_number,
        birth_on=member.birth_on,
    )


async def get(tx: Transaction, member_id: UUID) -> Member | None:
    """Anybody on the roll."""
    return _member(await tx.fetchrow(f"{_MEMBER} WHERE member_id = $1", member_id))


async def of_family(tx: Transaction, member_id: UUID, family_id: UUID) -> Member | None:
    """The member, if this is the family."""
    sql = f"{_MEMBER} WHERE member_id = $1 AND family_id = $2"
    return _member(await tx.fetchrow(sql, member_id, family_id))


async def of_unit(tx: Transaction, member_id: UUID, unit: str) -> Member | None:
    """The member, if this is the home unit."""
    sql = f"{_MEMBER} WHERE member_id = $1 AND home_unit = $2"
    return _member(await tx.fetchrow(sql, member_id, unit))


async def holder_of(tx: Transaction, family_id: UUID) -> Member | None:
    """The family's holder."""
    sql = f"{_MEMBER} WHERE family_id = $1 AND holder ORDER BY member_id LIMIT 1"
    return _member(await tx.fetchrow(sql, family_id))


async def person(tx: Transaction, member_id: UUID) -> Person | None:
    """Name, number and birth, once they have come by their own queue."""
    row = await tx.fetchrow(
        "SELECT display_name, affiliation_number, birth_on FROM member_descriptions"
        " WHERE member_id = $1",
        member_id,
    )
    return None if row is None else Person(*row)


async def withdraw(tx: Transaction, member_id: UUID, withdrawn: bool, now: datetime) -> None:  # noqa: FBT001  # the state itself
    """Takes own records out of the family's view, or puts them back."""
    await tx.execute(
        "INSERT INTO record_withdrawals (member_id, withdrawn, changed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (member_id) DO UPDATE SET withdrawn = $2, changed_at = $3",
        member_id,
        withdrawn,
        now,
    )


def _member(row: Any) -> Member | None:
    return None if row is None else Member(**row)
