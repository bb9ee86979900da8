"""What staff send to scheduling about members and appointments, judged at the edge."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from scheduling.forms import Code, Cursor, Limit
from shared.text import Line, Strict, Trimmed

Reason = Annotated[Trimmed, Field(min_length=3, max_length=200)]


def _three_letters(text: str) -> str:
    if sum(letter.isalnum() for letter in text) < 3:  # noqa: PLR2004  # said by the message
        raise ValueError("at least three letters or digits")
    return text


class MemberQuery(Strict):
    """An affiliation number, words of a name in any order, or a folio."""

    query: Annotated[Line, Field(max_length=120), AfterValidator(_three_letters)]
    limit: Limit = 20
    cursor: Cursor | None = None


class FolioQuery(Strict):
    folio: Annotated[Line, Field(max_length=20)]


class DayQuery(Strict):
    """One doctor's or one service's rows and gauges alone, where given."""

    doctor: UUID | None = None
    service: Code | None = None
    limit: Limit = 100
    cursor: Cursor | None = None


class SanctionQuery(Strict):
    family: UUID
    limit: Limit = 50
    cursor: Cursor | None = None


class Reasoned(Strict):
    """Why: kept in the audit and shown to staff, never told by an event."""

    reason: Reason


class Attendance(Strict):
    """`reason` is required where it corrects what stands."""

    state: Literal["attended", "no_show"]
    reason: Reason | None = None
