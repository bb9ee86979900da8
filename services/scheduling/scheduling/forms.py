"""What clients send to scheduling: bodies and queries, judged at the edge (decision 10)."""

import datetime as dt
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.text import Strict

Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
Limit = Annotated[int, Field(ge=1, le=100)]
Cursor = Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9_-]+$")]


class ServiceQuery(Strict):
    """Which service."""

    service: Code


class AvailabilityQuery(Strict):
    """A service, a doctor where one is chosen, and dates; by default today to the horizon."""

    service: Code
    doctor: UUID | None = None
    from_: date | None = Field(None, alias="from")
    to: date | None = None


class SlotQuery(Strict):
    """A service with a date, or `first=true` for the first free slot with any doctor."""

    service: Code
    date: dt.date | None = None
    doctor: UUID | None = None
    first: bool = False


class ListQuery(Strict):
    """Which appointments, and where the page begins."""

    filter: Literal["upcoming", "history", "cancelled"] = "upcoming"
    limit: Limit = 50
    cursor: Cursor | None = None


class Empty(Strict):
    """`{}`."""


class Booking(Strict):
    """Which member takes which slot."""

    member_id: UUID
    slot_id: UUID
