"""What clinical records does when it hears of people: it keeps its projections."""

from clinical_records.repository import members
from shared.consume_batch import Subscription
from shared.contracts.identity import (
    MemberChanged,
    MemberDescribed,
    MemberLapsed,
    MemberRegistered,
)

SUBSCRIPTIONS = (
    Subscription(
        "clinical.members",
        {
            MemberRegistered: members.keep_member,
            MemberChanged: members.keep_member,
            MemberLapsed: members.keep_member,
            MemberDescribed: members.keep_description,
        },
    ),
)
