"""What tests of agendas do and look at: staff's acts, all rows at once, counters against counts."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from checker.invariants import check

from builders.scheduling import GENERAL, NOW, DoctorDay, Family, World
from scheduling.domain.agenda import Template
from scheduling.domain.staff import Reach
from scheduling.repository.withdrawals import Mode, Order
from scheduling.usecases.finish_withdrawals import finish_withdrawals
from scheduling.usecases.move_appointment import Move, move_appointment
from scheduling.usecases.plan_publication import Range
from scheduling.usecases.publish_range import publish_range
from scheduling.usecases.withdraw_day import Wanted, withdraw_day
from shared import idempotency
from shared.audit import Actor
from shared.idempotency import IdempotencyKey
from shared.ids import uuid7

ADMINISTRATOR = Actor(uuid7(), "administrator", None)
HORIZON = 30


def staff_key(operation: str, key: str | None = None, body: bytes = b"") -> IdempotencyKey:
    """A key of the administrator; a fresh one unless given."""
    assert ADMINISTRATOR.account_id is not None
    return IdempotencyKey(
        ADMINISTRATOR.account_id, operation, key or str(uuid7()), idempotency.digest(body)
    )


def block(doctor_id: UUID, **changes: Any) -> Template:
    """A block of a week, by its fields; the unit is the doctor's anyway."""
    values: dict[str, Any] = {
        "doctor_id": doctor_id,
        "service": GENERAL,
        "unit": "",
        "weekdays": (1, 2, 3, 4, 5),
        "opens": time(8),
        "closes": time(10),
        "slot_minutes": 20,
        "web_quota": 3,
    }
    return Template(**{**values, **changes})


def a_range(doctor_id: UUID, first: date, days: int = 1, **changes: Any) -> Range:
    """So many days from the first on."""
    values: dict[str, Any] = {
        "doctor_id": doctor_id,
        "service": GENERAL,
        "first": first,
        "last": first + timedelta(days=days - 1),
        "holidays": {},
    }
    return Range(**{**values, **changes})


async def publish(
    world: World, wanted: Range, *, key: str | None = None, now: datetime = NOW
) -> list[dict[str, Any]]:
    """Publishes as the administrator; the answer's days."""
    answer = await publish_range(
        world.database, staff_key("publications", key), ADMINISTRATOR, wanted, now=now
    )
    days: list[dict[str, Any]] = orjson.loads(answer)["days"]
    return days


async def withdraw(
    world: World,
    day: DoctorDay,
    mode: Mode = "move",
    *,
    key: str | None = None,
    now: datetime = NOW,
) -> bytes:
    """Withdraws the day as the administrator."""
    return await withdraw_day(
        world.database,
        staff_key("withdrawals", key),
        ADMINISTRATOR,
        Wanted(day.doctor_id, GENERAL, day.date, Order(mode, "withdrawal", "Falla eléctrica")),
        horizon_on=lambda _: HORIZON,
        now=now,
    )


async def move(
    world: World,
    appointment_id: UUID,
    slot_id: UUID,
    *,
    reach: Reach | None = None,
    key: str | None = None,
    now: datetime = NOW,
) -> bytes:
    """Moves one appointment as the administrator."""
    return await move_appointment(
        world.database,
        staff_key("move", key),
        ADMINISTRATOR,
        reach or Reach(),
        Move(appointment_id, slot_id, "Cambio pedido por la unidad"),
        now=now,
    )


async def finish(world: World, now: datetime = NOW) -> int:
    """What the job does once."""
    return await finish_withdrawals(world.database, horizon_on=lambda _: HORIZON, now=now)


async def booked(world: World, day: DoctorDay, place: int, family: Family | None = None) -> UUID:
    """Books the day's slot by web for a family; its appointment."""
    answer = await world.book(family or await world.family(), day.slots[place])
    return UUID(orjson.loads(answer)["id"])


async def snapshot(world: World, *, but: tuple[str, ...] = ("audit",)) -> str:
    """A digest of every row of every table, but those whose names begin so."""
    digest = hashlib.sha256()
    async with world.database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        for table in tables:
            name = table["tablename"]
            if name.startswith(but):
                continue
            rows = await connection.fetchval(
                f"SELECT coalesce(string_agg(one::text, E'\\n' ORDER BY one::text), '')"
                f" FROM {name} AS one"
            )
            digest.update(f"{name}\n{rows}\n".encode())
    return digest.hexdigest()


async def assert_counted(world: World) -> None:
    """B1 to B9, and versions: each history whole, without a gap, and as new as its row."""
    checks = {
        "taken": """
            SELECT agenda_id FROM agenda_days AS day WHERE taken <> (
                SELECT count(*) FROM appointments WHERE agenda_id = day.agenda_id
                AND state <> 'cancelled')""",
        "web_used": """
            SELECT agenda_id FROM agenda_days AS day WHERE web_used > web_quota OR web_used <> (
                SELECT count(*) FROM appointments WHERE agenda_id = day.agenda_id
                AND state <> 'cancelled' AND web_place)""",
        "places": """
            SELECT agenda_id FROM agenda_days AS day WHERE places <> (
                SELECT count(*) FROM slots WHERE agenda_id = day.agenda_id)""",
        "slots": """
            SELECT slot_id FROM slots FULL JOIN
                (SELECT * FROM appointments WHERE state <> 'cancelled') AS held USING (slot_id)
            WHERE slots.appointment_id IS DISTINCT FROM held.appointment_id
                OR (held.appointment_id IS NOT NULL AND (
                    (slots.agenda_id, slots.doctor_id, slots.starts_at, slots.date)
                    IS DISTINCT FROM
                    (held.agenda_id, held.doctor_id, held.starts_at, held.date)))""",
        "left": "SELECT slot_id FROM slots WHERE leaving AND appointment_id IS NULL",
        "histories": """
            SELECT subject FROM (
                SELECT body::json ->> 'subject' AS subject, exchange,
                    count(DISTINCT body::json ->> 'sequence') AS different, count(*) AS events,
                    max((body::json ->> 'sequence')::integer) AS newest,
                    min((body::json ->> 'sequence')::integer) AS oldest
                FROM outbox GROUP BY 1, 2
            ) AS history WHERE different <> events OR newest - oldest + 1 <> events""",
        "agendas": """
            SELECT agenda_id FROM agenda_days WHERE version <> coalesce((
                SELECT max((body::json ->> 'sequence')::integer) FROM outbox
                WHERE body::json ->> 'subject' = agenda_id::text), 1)""",
        "told": """
            SELECT appointment_id FROM appointments WHERE version <> (
                SELECT max((body::json ->> 'sequence')::integer) FROM outbox
                WHERE exchange = 'sisa.events'
                    AND body::json ->> 'subject' = appointment_id::text)
            OR described_version <> (
                SELECT max((body::json ->> 'sequence')::integer) FROM outbox
                WHERE exchange = 'sisa.private'
                    AND body::json ->> 'subject' = appointment_id::text)""",
    }
    async with world.database.connection() as connection:
        for name, sql in checks.items():
            assert await connection.fetch(sql) == [], name
        assert not {name: one for name, one in (await check(connection)).items() if one}


async def events(world: World, key: str) -> list[dict[str, Any]]:
    """The data of the outbox's events with this routing key, in order."""
    async with world.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT body FROM outbox WHERE routing_key = $1 ORDER BY position", key
        )
    return [orjson.loads(row["body"])["data"] for row in rows]
