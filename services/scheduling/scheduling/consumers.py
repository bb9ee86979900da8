"""What scheduling does when it hears of people and referrals: it keeps its projections."""

from scheduling.repository import members
from shared.consume_batch import Subscription
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

SUBSCRIPTIONS = (
    Subscription(
        "scheduling.members",
        {
            MemberRegistered: members.keep_member,
            MemberChanged: members.keep_member,
            MemberLapsed: members.keep_member,
            MemberDescribed: members.keep_description,
        },
    ),
    Subscription(
        "scheduling.referrals",
        {
            ReferralIssued: members.keep_referral,
            ReferralUsed: members.keep_referral,
            ReferralExpired: members.keep_referral,
            ReferralDescribed: members.keep_referral_description,
        },
    ),
)
