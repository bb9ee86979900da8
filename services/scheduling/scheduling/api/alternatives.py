"""A refused booking with what to do next (R-24): how the day stands, where else, the counter."""

import structlog

from scheduling.domain.refusals import closed_day
from scheduling.forms import Booking
from scheduling.queries import availability, members
from shared.database import CONTENDED, EXHAUSTED, GONE
from shared.errors import Refused, Unavailable
from shared.operations import Call
from shared.service import DATABASE

NO_PLACE = frozenset({"slot-taken", "web-quota-exhausted"})
"""Refusals after which there may be a place elsewhere."""
PATIENCE_SECONDS = 1.0
_UNREAD: tuple[type[BaseException], ...] = (Unavailable, *GONE, *CONTENDED, *EXHAUSTED)
_log = structlog.get_logger()


async def with_alternatives(call: Call, body: Booking, refusal: Refused) -> Refused:
    """The refusal with advice, read after the booking's transaction: advice holds no lock.

    The refusal is decided: where the advice can't be read it is answered without.
    """
    try:
        async with call.app[DATABASE].connection(PATIENCE_SECONDS) as connection:
            scope = await members.scope(
                connection, family_id=call.caller.family, member_id=body.member_id, now=call.now
            )
            instead = await availability.instead_of(connection, scope, body.slot_id)
    except _UNREAD as error:
        _log.warning("alternatives_not_read", error=type(error).__name__)
        return refusal
    if instead is None:
        return refusal
    detail = refusal.detail
    if refusal.slug == "web-quota-exhausted" or instead.state == "full":
        detail = closed_day(instead.state, scope.place.name)
    return Refused(refusal.slug, detail, **refusal.members, **instead.model_dump(mode="json"))
