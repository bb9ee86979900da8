"""Projections of people and referrals, each guarded by its history's sequence."""

from shared import projection
from shared.contracts.clinical import (
    ReferralDescribed,
    ReferralExpired,
    ReferralIssued,
    ReferralUsed,
)
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)
from shared.database import Transaction
from shared.received import Received


async def keep_member(tx: Transaction, received: Received) -> None:
    """The member's newest public state; the family's row, which writers lock, comes with it."""
    member: MemberRegistered | MemberChanged | MemberLapsed = received.event.data
    await tx.execute("INSERT INTO families VALUES ($1) ON CONFLICT DO NOTHING", member.family_id)
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
    """The member's newest private state: the name on the appointment, the number for the desk."""
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


async def keep_referral(tx: Transaction, received: Received) -> None:
    """Whether the referral can still be used."""
    referral: ReferralIssued | ReferralUsed | ReferralExpired = received.event.data
    await projection.keep(tx, "referrals", received, key="referral_id", state=referral.state)


async def keep_referral_description(tx: Transaction, received: Received) -> None:
    """What the referral opens, to whom and until when."""
    referral: ReferralDescribed = received.event.data
    await projection.keep(
        tx,
        "referral_descriptions",
        received,
        key="referral_id",
        member_id=referral.member_id,
        service=referral.service,
        valid_to=referral.valid_to,
    )
