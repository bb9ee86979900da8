"""The family as the menus list it: the holder first, then who is covered (R-20)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from identity.domain.coverage import covered
from identity.repository import families
from shared.contracts.identity import Relation
from shared.database import Database

SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class FamilyMember:
    member_id: UUID
    name: str
    relation: Relation
    holder: bool
    affiliation_number_masked: str
    home_unit: str
    covered: bool
    birth_on: date


async def family_members(database: Database, family_id: UUID, day: date) -> list[FamilyMember]:
    """The holder, covered or not, and the relatives covered on that day."""
    async with database.connection() as connection:
        rows = await families.members(connection, family_id)
    members = [
        FamilyMember(
            member_id=row["member_id"],
            name=row["display_name"],
            relation=row["relation"],
            holder=row["holder"],
            affiliation_number_masked=masked(row["affiliation_number"]),
            home_unit=row["home_unit"],
            covered=covered(row["valid_from"], row["valid_to"], day),
            birth_on=row["birth_on"],
        )
        for row in rows
    ]
    return [member for member in members if member.holder or member.covered]


def masked(number: str) -> str:
    """The last four signs; a screen seen by others doesn't give the number away."""
    return "*" * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
