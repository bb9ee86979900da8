"""What publishing a day again would change (R-31): free slots alone, never a booked one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """A slot that stands; `leaving` when it is booked and the hours no longer hold it."""

    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    booked: bool
    leaving: bool

    @property
    def span(self) -> Span:
        return self.starts_at, self.ends_at


@dataclass(frozen=True, slots=True)
class Change:
    """Free slots to remove, times to add, booked slots outside the hours, those back inside."""

    remove: list[UUID]
    add: list[Span]
    outside: list[HeldSlot]
    back: list[UUID]

    @property
    def leave(self) -> list[UUID]:
        """Slots outside the hours that nobody has marked yet."""
        return [slot.slot_id for slot in self.outside if not slot.leaving]

    @property
    def nothing(self) -> bool:
        return not (self.remove or self.add or self.leave or self.back)


def change(
    wanted: Iterable[Span], own: Sequence[HeldSlot], others: Iterable[Span], now: datetime
) -> Change:
    """Compares the day as the week wants it with the day as it stands.

    `others` is when the doctor is taken by other services. What has begun is left as it is; a time
    that would overlap with what stays is not added.
    """
    times = {span for span in wanted if span[0] > now}
    ahead = [slot for slot in own if slot.starts_at > now]
    remove = [slot for slot in ahead if not slot.booked and slot.span not in times]
    gone = {slot.slot_id for slot in remove}
    stay = [slot.span for slot in own if slot.slot_id not in gone]
    return Change(
        remove=[slot.slot_id for slot in remove],
        add=_fitting(times - set(stay), [*stay, *others]),
        outside=[slot for slot in ahead if slot.booked and slot.span not in times],
        back=[slot.slot_id for slot in ahead if slot.leaving and slot.span in times],
    )


def _fitting(times: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    busy = list(taken)
    return sorted(
        span for span in times if not any(span[0] < end and start < span[1] for start, end in busy)
    )
