"""The policy numbers that hold today, by the institute's calendar (R-30)."""

from datetime import timedelta

from identity.parts import LIMITS
from shared.clock import local_day
from shared.operations import Call
from shared.profile import Policies
from shared.service import PROFILE


def policies(call: Call) -> Policies:
    """Those of the local day on which the request came."""
    profile = call.app[PROFILE]
    return profile.policies_at(local_day(call.now, profile.zone_info))


def between_links(call: Call) -> timedelta:
    """The least time between two links of one kind to one account (R-06)."""
    seconds = policies(call).activation_resend_min_seconds
    return timedelta(seconds=seconds if call.app[LIMITS].between_links else 0)
