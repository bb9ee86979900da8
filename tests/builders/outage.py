"""Bookings at an even pace through a whole system, and what became of their mails."""

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

import aiohttp
import asyncpg

from builders.system import Person, System
from deploy.local.environments import base
from shared.ids import uuid7

EACH_MEMBER = 2
_PAGE = 200
_PATIENTLY = aiohttp.ClientTimeout(total=60)
_SERVICES = ["medicina_general", "odontologia"]
_FREE = """
SELECT slot.slot_id, slot.unit, slot.date, slot.agenda_id, day.web_quota - day.web_used AS places
FROM slots AS slot JOIN agenda_days AS day USING (agenda_id)
WHERE slot.appointment_id IS NULL AND day.state = 'open' AND day.web_quota > day.web_used
    AND slot.service = ANY ($1) AND slot.starts_at > now() + interval '1 day'
    AND slot.date < current_date + 28
ORDER BY slot.slot_id
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One booking that can be made: whose, for whom, when."""

    person: Person
    member_id: str
    slot_id: str


@dataclass(slots=True)
class Phase:
    """What became of the bookings of one phase; `seconds` each confirmed one took."""

    seconds: list[float] = field(default_factory=list)
    appointments: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]

    def told(self) -> str:
        p50, p99 = (self.percentile(share) * 1000 for share in (0.5, 0.99))
        return f"{len(self.seconds)} bookings, p50 {p50:.0f} ms, p99 {p99:.0f} ms"

    def and_(self, other: "Phase") -> "Phase":
        return Phase(
            self.seconds + other.seconds,
            self.appointments + other.appointments,
            self.statuses + other.statuses,
        )


async def activated(town: System, count: int) -> list[Person]:
    """So many families with accounts, logged in; made by identity's own command."""
    wanted = [town.spare_family() for _ in range(count)]
    numbers, made = town.folder / "outage-numbers.txt", town.folder / "outage-activated.jsonl"
    numbers.write_text("".join(f"{family['affiliation_number']}\n" for family in wanted))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "identity", "activate-demo"),
        *(str(made), "--numbers", str(numbers)),
        env=base() | town.identity_environment,
    )
    assert await process.wait() == 0
    limit = asyncio.Semaphore(16)

    async def log_in(line: str) -> Person:
        login = json.loads(line)
        async with limit:
            return await Person(town, login["username"], login["password"]).log_in()

    return await asyncio.gather(*map(log_in, made.read_text().splitlines()))


async def wishes(town: System, crowd: Sequence[Person], count: int) -> list[Wish]:
    """So many bookings that stand in nobody's way: other slots, other days, within each quota."""
    connection = await asyncpg.connect(town.facts["databases"]["scheduling"])
    try:
        rows = await connection.fetch(_FREE, _SERVICES)
    finally:
        await connection.close()
    chance = Random(20261123)  # noqa: S311  # the same wishes in every run
    chance.shuffle(rows)
    free: dict[str, deque[asyncpg.Record]] = defaultdict(deque)
    places: Counter[UUID] = Counter()
    for row in rows:
        places[row["agenda_id"]] += 1
        if places[row["agenda_id"]] <= row["places"]:
            free[row["unit"]].append(row)
    found = [
        Wish(person, member["id"], str(slot))
        for person in crowd
        for member in person.members
        if member["covered"]
        for slot in _slots_for(free[member["home_unit"]["code"]])
    ]
    chance.shuffle(found)
    assert len(found) >= count, f"{len(found)} bookings can be made, {count} are wanted"
    return found[:count]


def _slots_for(free: deque[asyncpg.Record]) -> list[UUID]:
    days: dict[date, UUID] = {}
    for _ in range(min(len(free), 10 * EACH_MEMBER)):
        row = free.popleft()
        if row["date"] in days or len(days) == EACH_MEMBER:
            free.append(row)
        else:
            days[row["date"]] = row["slot_id"]
    return list(days.values())


async def book(wanted: Sequence[Wish], per_second: float) -> Phase:
    """Each at its moment, whether or not those before it have been answered."""
    phase = Phase()
    began = time.monotonic()

    async def one(number: int, wish: Wish) -> None:
        await asyncio.sleep(began + number / per_second - time.monotonic())
        key = str(uuid7())
        asked = time.monotonic()
        answer = await wish.person.book(wish.slot_id, key=key, member_id=wish.member_id)
        if answer.status == 401:  # the token's ten minutes are over
            await wish.person.log_in()
            asked = time.monotonic()
            answer = await wish.person.book(wish.slot_id, key=key, member_id=wish.member_id)
        phase.statuses[answer.status] += 1
        if answer.status == 201:
            phase.seconds.append(time.monotonic() - asked)
            phase.appointments.append(answer.json()["id"])

    await asyncio.gather(*(one(number, wish) for number, wish in enumerate(wanted)))
    return phase


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stops a process as a hung machine would, and lets it go on."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def drained(town: System, appointments: Sequence[str], seconds: float) -> float:
    """Seconds until the booked mail of each was sent."""
    began = time.monotonic()
    sql = (
        "SELECT count(*) FROM mails WHERE template = 'appointment_booked' AND state = 'sent'"
        " AND appointment_id = ANY ($1::uuid[])"
    )
    wanted = list(map(UUID, appointments))
    async with asyncio.timeout(seconds):
        while await town.value("notifications", sql, wanted) < len(wanted):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.5)
    return time.monotonic() - began


async def copies(town: System, appointments: Sequence[str]) -> Counter[str]:
    """How many mails of each booking the mailbox holds, by appointment."""
    connection = await asyncpg.connect(town.facts["databases"]["notifications"])
    try:
        rows = await connection.fetch(
            "SELECT message_id, appointment_id FROM mails WHERE template = 'appointment_booked'"
            " AND appointment_id = ANY ($1::uuid[])",
            list(map(UUID, appointments)),
        )
    finally:
        await connection.close()
    whose = {row["message_id"].strip("<>"): str(row["appointment_id"]) for row in rows}
    found: Counter[str] = Counter()
    start, total = 0, 1
    while start < total:
        place = f"{town.facts['mailbox']}/api/v1/messages?limit={_PAGE}&start={start}"
        # The mailbox reads a mail when it is first looked at.
        async with town.session.get(place, timeout=_PATIENTLY) as answer:
            page = await answer.json()
        total, start = page["total"], start + _PAGE
        found.update(whose[m["MessageID"]] for m in page["messages"] if m["MessageID"] in whose)
    return found
