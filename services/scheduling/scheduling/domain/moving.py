"""Where the institute moves appointments to (R-32): soonest first, in their order, fairly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

Span = tuple[datetime, datetime]
Why = Literal["no-place", "not-covered"]


@dataclass(frozen=True, slots=True)
class Moving:
    """An appointment that has to go elsewhere, and when its member is covered (R-34)."""

    appointment_id: UUID
    member_id: UUID
    starts_at: datetime
    covered_from: date | None
    covered_to: date | None

    def covered_on(self, day: date) -> bool:
        """An unknown member is not covered; without an end coverage goes on."""
        if self.covered_from is None or day < self.covered_from:
            return False
        return self.covered_to is None or day <= self.covered_to


@dataclass(frozen=True, slots=True)
class Place:
    """A free slot."""

    slot_id: UUID
    agenda_id: UUID
    doctor_id: UUID
    date: date
    starts_at: datetime
    ends_at: datetime


def plan(
    moving: Sequence[Moving],
    places: Sequence[Place],
    busy: Mapping[UUID, Sequence[tuple[UUID, Span]]],
) -> dict[UUID, Place | Why]:
    """A place for each appointment, or why there is none; both sequences come by time.

    Nobody is asked to come earlier than agreed. `busy` holds each member's other appointments,
    with their ids: nobody is moved onto one of them, nor two onto one time.
    """
    taken: set[UUID] = set()
    given: dict[UUID, list[Span]] = {}
    found: dict[UUID, Place | Why] = {}
    first = 0
    for one in moving:
        while first < len(places) and (
            places[first].slot_id in taken or places[first].starts_at < one.starts_at
        ):
            first += 1
        own = [
            span for other, span in busy.get(one.member_id, ()) if other != one.appointment_id
        ] + given.get(one.member_id, [])
        place = _first_place(one, places[first:], taken, own)
        found[one.appointment_id] = place
        if isinstance(place, Place):
            taken.add(place.slot_id)
            given.setdefault(one.member_id, []).append((place.starts_at, place.ends_at))
    return found


def _first_place(
    one: Moving, places: Sequence[Place], taken: set[UUID], own: Sequence[Span]
) -> Place | Why:
    why: Why = "no-place"
    for place in places:
        if place.slot_id in taken:
            continue
        if any(place.starts_at < end and start < place.ends_at for start, end in own):
            continue
        if one.covered_on(place.date):
            return place
        why = "not-covered"
    return why
