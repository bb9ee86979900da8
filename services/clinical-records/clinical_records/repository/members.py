"""Projections of the people whose records these are."""

from shared import projection
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
from shared.database import Transaction
from shared.received import Received


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
