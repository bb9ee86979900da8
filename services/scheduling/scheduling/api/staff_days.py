"""A unit's day for staff over HTTP (R-33)."""

import re
from datetime import date

from scheduling.api.staff_reading import looking
from scheduling.desk_forms import DayQuery
from scheduling.desk_models import UnitDay
from scheduling.queries import staff_days
from scheduling.queries.staff_days import Wanted
from shared.auth import Role
from shared.errors import NotFound
from shared.operations import Answer, Call, Routes

READERS: frozenset[Role] = frozenset(
    {"front_desk", "archive", "operator", "doctor", "administrator"}
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

routes = Routes("personal")


@routes.get(
    "/v1/staff/units/{code}/days/{day}", answer=UnitDay, roles=READERS, audited="read-unit-day"
)
async def read_day(call: Call, *, code: str, day: str, query: DayQuery) -> Answer:
    """A unit's day by time, and how each doctor's day stands; a doctor sees the own (R-33)."""
    on = _date(day)
    async with looking(call, "read-unit-day") as look:
        if look.reach.unit not in (None, code):
            raise NotFound
        found = await staff_days.day(
            look.tx,
            Wanted(code, on, look.reach.doctor_id or query.doctor, query.service),
            limit=query.limit,
            cursor=query.cursor,
            now=call.now,
        )
        look.on(item.id for item in found.items)
    return found


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise NotFound
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
