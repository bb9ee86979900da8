"""The main job while what it stands on is killed, hangs or misbehaves: nothing is lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import aio_pika
import aiohttp
import asyncpg
import pytest
from builders.pace import within
from builders.system import Answer, Person, Servers, System

from shared.clock import now
from shared.contracts.scheduling import AppointmentBooked, folio
from shared.ids import uuid7
from shared.outbox import envelope

People = Callable[[int], Awaitable[list[Person]]]


@pytest.fixture(scope="module")
async def crowd(people: People) -> list[Person]:
    return await people(180)


class Load:
    """Books for one member after another until it is ended; keeps what was confirmed."""

    def __init__(self, crowd: list[Person]) -> None:
        self._work = [(person, member["id"]) for person in crowd for member in person.members] * 2
        self._ended = asyncio.Event()
        self.confirmed: dict[str, str] = {}
        """Appointment ids that a 201 confirmed, with their last confirmed state."""
        self.unsure: list[tuple[Person, str, str, str]] = []
        """Bookings without an answer: who, for whom, which slot, which key."""
        self.statuses: list[int] = []
        self.slugs: list[str] = []

    async def run(self) -> None:
        await asyncio.gather(*(self._client() for _ in range(6)))

    def end(self) -> None:
        self._ended.set()

    def told(self) -> str:
        """How far it came, for a failure's text."""
        return f"{len(self._work)} to do; {Counter(self.statuses)}; {Counter(self.slugs)}"

    async def _client(self) -> None:
        while self._work and not self._ended.is_set():
            person, member_id = self._work.pop(0)
            # Slow enough for the work to last as long as the fault and its recovery.
            await asyncio.sleep(0.3)
            try:
                await self._book(person, member_id)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.1)

    async def _book(self, person: Person, member_id: str) -> None:
        path = f"/v1/members/{member_id}/slots?service=medicina_general&first=true"
        found = await person.get(path)
        self.statuses.append(found.status)
        if found.status != 200:
            self._work.append((person, member_id))
            await asyncio.sleep(0.1)
            return
        slot, key = found.json()["items"][0]["id"], str(uuid7())
        tried = (person, member_id, slot, key)
        self.unsure.append(tried)
        answer = await person.book(slot, key=key, member_id=member_id)
        self.statuses.append(answer.status)
        if answer.status != 201:
            self.slugs.append(answer.slug)
        if answer.status < 500:
            self.unsure.remove(tried)
        if answer.status == 201:
            self.confirmed[answer.json()["id"]] = "booked"
            if len(self.confirmed) % 5 == 0:  # few enough that no family is sanctioned
                await self._cancel(person, answer.json()["id"])

    async def _cancel(self, person: Person, appointment_id: str) -> None:
        self.confirmed[appointment_id] = "either"
        cancelled = await person.cancel(appointment_id, key=str(uuid7()))
        self.statuses.append(cancelled.status)
        if cancelled.status == 200:
            self.confirmed[appointment_id] = "cancelled"

    async def resolve(self) -> None:
        """Repeats every unanswered booking with its key: whatever happened is told now (R-35)."""
        for person, member_id, slot, key in self.unsure:

            async def again() -> Answer:
                return await person.book(slot, key=key, member_id=member_id)  # noqa: B023  # awaited at once

            answer = await answered(again)
            assert answer.status in {201, 403, 409}, answer.body
            if answer.status == 201:
                self.confirmed.setdefault(answer.json()["id"], "booked")


async def answered(call: Callable[[], Awaitable[Answer]], seconds: float = 30.0) -> Answer:
    """Repeats a call while the system says that it is not available."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                answer = await call()
            except aiohttp.ClientError:
                answer = None
            if answer is not None and answer.status not in {429, 503}:
                return answer
            await asyncio.sleep(0.2)


@asynccontextmanager
async def load(crowd: list[Person]) -> AsyncIterator[Load]:
    running = Load(crowd)
    task = asyncio.create_task(running.run())
    await asyncio.sleep(2)
    try:
        yield running
        await asyncio.sleep(2)
    finally:
        running.end()
        await task


async def assert_nothing_lost(system: System, done: Load) -> None:
    """Every 201 has its row, every event left the outbox and reached its mail exactly once."""
    await done.resolve()
    assert len(done.confirmed) > 20
    for appointment, state in done.confirmed.items():
        held = await system.value(
            "scheduling",
            "SELECT state FROM appointments WHERE appointment_id = $1",
            UUID(appointment),
        )
        assert held is not None
        assert state in {"either", held}
    await quiet(system)
    twice = (
        "SELECT count(*) FROM (SELECT cause, template FROM mails GROUP BY 1, 2 HAVING count(*) > 1)"
        " AS twice"
    )
    assert await system.value("notifications", twice) == 0
    told = (
        "SELECT count(DISTINCT appointment_id) FROM mails"
        " WHERE template = 'appointment_booked' AND appointment_id = ANY($1::uuid[])"
    )
    assert await system.value("notifications", told, list(done.confirmed)) == len(done.confirmed)
    slots = (
        "SELECT count(*) FROM (SELECT slot_id FROM appointments WHERE state = 'booked'"
        " GROUP BY slot_id HAVING count(*) > 1) AS twice"
    )
    assert await system.value("scheduling", slots) == 0


async def quiet(system: System, seconds: float = 60.0) -> None:
    """Waits until scheduling's outbox is empty and every booked event has its mail's row."""
    waiting = "SELECT count(*) FROM outbox"
    booked = "SELECT count(*) FROM appointments"
    mails = "SELECT count(*) FROM mails WHERE template = 'appointment_booked'"
    async with asyncio.timeout(seconds):
        busy = True
        while busy:  # other processes are waited for
            await asyncio.sleep(0.5)
            told = await system.value("notifications", mails)
            busy = await system.value("scheduling", waiting) > 0
            busy = busy or await system.value("scheduling", booked) > told


async def test_the_broker_killed_and_started_under_load_loses_nothing(
    system: System, servers_below: Servers, crowd: list[Person]
) -> None:
    async with load(crowd[:80]) as running:
        await servers_below.rabbitmq.kill()
        await asyncio.sleep(3)
        while_away = len(running.confirmed)
        await asyncio.sleep(2)
        assert len(running.confirmed) > while_away, running.told()
        await servers_below.rabbitmq.start()

    assert all(status < 500 for status in running.statuses)
    await assert_nothing_lost(system, running)


async def test_postgresql_killed_and_started_under_load_keeps_every_201(
    system: System, servers_below: Servers, crowd: list[Person]
) -> None:
    async with load(crowd[80:160]) as running:
        await servers_below.postgres.kill()
        await asyncio.sleep(1)
        await servers_below.postgres.start()
        await asyncio.sleep(3)

    assert {status for status in running.statuses if status >= 500} <= {503}
    await assert_nothing_lost(system, running)


async def test_scheduling_killed_under_load_is_back_and_keeps_every_201(
    system: System, crowd: list[Person]
) -> None:
    async with load(crowd[:40] + crowd[120:160]) as running:
        os.kill(system.pid("scheduling"), signal.SIGKILL)
        await asyncio.sleep(1)
        before = len(running.confirmed)
        async with asyncio.timeout(30):
            while len(running.confirmed) == before:  # noqa: ASYNC110  # another process is waited for
                await asyncio.sleep(0.2)

    assert {status for status in running.statuses if status >= 500} <= {503}
    await assert_nothing_lost(system, running)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stops a process and its children, as a hung machine would, and lets them go on."""
    tree = [pid, *children(pid)]
    _signal(tree, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(tree, signal.SIGCONT)


def _signal(tree: list[int], number: signal.Signals) -> None:
    for one in tree:
        with suppress(ProcessLookupError):  # a session may end at any moment
            os.kill(one, number)


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


async def test_a_hung_database_is_answered_within_three_seconds_and_work_resumes_within_one(
    servers_below: Servers, crowd: list[Person]
) -> None:
    person = crowd[-1]
    slot = (await answered(lambda: person.get("/v1/appointments"))).status
    assert slot == 200
    assert servers_below.postgres.pid is not None
    with stopped(servers_below.postgres.pid):
        began = time.monotonic()
        answers = await asyncio.gather(
            *(person.get("/v1/appointments") for _ in range(20)),
            *(person.book(str(uuid7()), key=str(uuid7())) for _ in range(10)),
        )
        slowest = time.monotonic() - began
    began = time.monotonic()
    await answered(lambda: person.get("/v1/appointments"))
    recovered = time.monotonic() - began

    assert {answer.status for answer in answers} == {503}
    assert all("Retry-After" in answer.headers for answer in answers)
    assert slowest <= 3 + within(0.5)
    assert recovered <= within(1.0)


async def test_an_event_delivered_twice_is_mailed_once(system: System, crowd: list[Person]) -> None:
    person = crowd[-2]
    slot = await person.first_slot()
    booked = await answered(lambda: person.book(slot["id"], key="delivered-twice"))
    assert booked.status == 201
    appointment = UUID(booked.json()["id"])
    await quiet(system)

    await publish(system, "scheduling", await booked_event(system, appointment))
    await publish(system, "scheduling", await booked_event(system, appointment))
    await asyncio.sleep(2)

    rows = (
        "SELECT count(*) FROM mails WHERE appointment_id = $1 AND template = 'appointment_booked'"
    )
    assert await system.value("notifications", rows, appointment) == 1
    await person.cancel(str(appointment), key=str(uuid7()))


async def booked_event(system: System, appointment_id: UUID) -> aio_pika.Message:
    """The booked event of an appointment once more, under the id that its mail was caused by."""
    connection = await asyncpg.connect(system.facts["databases"]["scheduling"])
    try:
        fact = await connection.fetchval(
            "SELECT appointment_fact(appointments) FROM appointments WHERE appointment_id = $1",
            appointment_id,
        )
    finally:
        await connection.close()
    cause = await system.value(
        "notifications",
        "SELECT cause FROM mails WHERE appointment_id = $1 AND template = 'appointment_booked'",
        appointment_id,
    )
    body = envelope(
        AppointmentBooked.model_validate_json(fact),
        event_id=cause,
        sequence=1,
        now=now(),
    )
    return message(body.encode(), str(cause))


def message(body: bytes, message_id: str) -> aio_pika.Message:
    return aio_pika.Message(
        body,
        message_id=message_id,
        content_type="application/cloudevents+json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        user_id="scheduling",
    )


async def publish(system: System, login: str, sent: aio_pika.Message) -> None:
    """Publishes as a service would, by its own login."""
    password = (Path(system.local["broker_passwords"]) / login).read_text().strip()
    address = system.facts["amqp"].partition("@")[2]
    connection = await aio_pika.connect(f"amqp://{login}:{password}@{address}")
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        exchange = await channel.get_exchange("sisa.events", ensure=False)
        await exchange.publish(sent, "scheduling.appointment.booked")


async def test_a_poison_message_is_buried_with_its_reason_and_others_are_unharmed(
    system: System, crowd: list[Person]
) -> None:
    person = crowd[-3]
    for body in (b"not json", b'{"type": "mx.sisa.unknown.v9"}', b'{"specversion": "1.0"}'):
        await publish(system, "scheduling", message(body, str(uuid7())))
    slot = await person.first_slot()
    booked = await answered(lambda: person.book(slot["id"], key="after-poison"))
    assert booked.status == 201

    await quiet(system)
    connection = await aio_pika.connect(system.facts["amqp"])
    async with connection:
        channel = await connection.channel()
        dead = await channel.get_queue("notifications.mail.dead", ensure=False)
        reasons: list[Any] = []
        async with asyncio.timeout(15):
            while len(reasons) < 3:
                found = await dead.get(fail=False)
                if found is None:
                    await asyncio.sleep(0.2)
                    continue
                reasons.append(found.headers["sisa-reason"])
                await found.ack()

    assert sorted(reasons) == ["not-json", "unknown-type", "unknown-type"]
    assert folio(UUID(booked.json()["id"])) == booked.json()["folio"]
    await person.cancel(booked.json()["id"], key=str(uuid7()))
