"""A person who wants an appointment: looks, chooses, books, and tries again as people do."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from deploy.local.balance.journal import Ended, Journal, Refusal
from deploy.local.replay.attempt import CREATED, Attempt
from deploy.local.replay.client import Reply
from deploy.local.replay.institute import SERVICE
from deploy.local.replay.session import Session
from shared.ids import uuid7

_OK = 200
_DAYS_LOOKED_AT = 7
_DAYS_TRIED = 3
_TRIES_A_DAY = 5
_FIRST_ONES = 4
"""People choose among the first free hours, not always the very first."""

_ANOTHER_HOUR = {"slot-taken", "slot-unavailable", "member-busy"}
_ANOTHER_DOCTOR = {"web-quota-exhausted"}
_STATES = {"web_quota_exhausted": "web-quota-exhausted", "full": "agenda-full"}
_UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Slot:
    slot_id: str
    doctor_id: str


@dataclass(slots=True)
class Person:
    """One request of the trace; `wanted` is the day it is for. Dice are the request's own."""

    request: int
    session: Session
    wanted: date
    journal: Journal
    dice: random.Random
    undecided: list[Attempt] = field(default_factory=list)
    """What no answer has told of yet."""

    async def book(self) -> None:
        """Try until booked or out of patience, and write down how it ended."""
        reason = await self._try_days()
        self.journal.write(Ended(self.request, reason))

    async def _try_days(self) -> str | None:
        """None when booked, otherwise the slug of the last refusal."""
        until = self.wanted + timedelta(days=_DAYS_LOOKED_AT - 1)
        path = f"/v1/members/{self.session.member_id}"
        query = {"service": SERVICE, "from": self.wanted.isoformat(), "to": until.isoformat()}
        reply = await self.session.patient_call("GET", f"{path}/availability", query=query)
        if reply.status != _OK:
            return reply.slug or _UNANSWERED
        reason: str | None = "agenda-full"
        for day, doctors in list(_days(reply))[:_DAYS_TRIED]:
            open_ones = {doctor for doctor, state in doctors.items() if state == "open"}
            if open_ones:
                reason = await self._try_day(path, day, open_ones)
                if reason is None or reason not in _ANOTHER_HOUR | _ANOTHER_DOCTOR | {
                    "agenda-full"
                }:
                    return reason
            else:
                exhausted = "web_quota_exhausted" in doctors.values()
                reason = _STATES["web_quota_exhausted" if exhausted else "full"]
                self.journal.write(Refusal(self.request, reason))
        return reason

    async def _try_day(self, path: str, day: str, doctors: set[str]) -> str | None:
        query = {"service": SERVICE, "date": day}
        reply = await self.session.patient_call("GET", f"{path}/slots", query=query)
        if reply.status != _OK:
            return reply.slug or _UNANSWERED
        free = [Slot(item["id"], item["doctor_id"]) for item in reply.body["items"]]
        reason: str | None = "agenda-full"
        for _ in range(_TRIES_A_DAY):
            free = [slot for slot in free if slot.doctor_id in doctors]
            if not free:
                break
            slot = free.pop(self.dice.randrange(min(_FIRST_ONES, len(free))))
            reason = await self._take(slot)
            if reason in _ANOTHER_DOCTOR:
                doctors.discard(slot.doctor_id)
            elif reason not in _ANOTHER_HOUR:
                break
        return reason

    async def _take(self, slot: Slot) -> str | None:
        attempt = Attempt(uuid7(), self.request, self.session, slot.slot_id, self.journal)
        reply = await attempt.call()
        if not attempt.told(reply):
            # The person presses the button once more; the same key makes that harmless.
            reply = await attempt.call()
        if not attempt.told(reply):
            self.undecided.append(attempt)
        return None if reply.status == CREATED else reply.slug or _UNANSWERED


def _days(reply: Reply) -> Iterator[tuple[str, dict[str, str]]]:
    """Each day with its doctors and their states, in order."""
    days: dict[str, dict[str, str]] = {}
    for day in reply.body["days"]:
        days.setdefault(day["date"], {})[day["doctor_id"]] = day["state"]
    yield from sorted(days.items())
