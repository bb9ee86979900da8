"""Days that are withdrawn (R-32): closed in one transaction, emptied in a later one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from shared.audit import Actor
from shared.database import Transaction
from shared.idempotency import IdempotencyKey
from shared.ids import uuid7

Mode = Literal["cancel", "move"]
Cause = Literal["withdrawal", "absence", "holiday"]


@dataclass(frozen=True, slots=True)
class Agenda:
    """A published day and where it is held."""

    agenda_id: UUID
    doctor_id: UUID
    service: str
    unit: str
    zone: str
    date: date
    state: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to become of a day: `cause` everybody may know, `reason` is for staff's eyes."""

    mode: Mode
    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A day that waits to be emptied; `key` is of the request that waits for the answer."""

    withdrawal_id: UUID
    agenda_id: UUID
    order: Order
    actor: Actor
    key: IdempotencyKey | None


_AGENDA = (
    "SELECT agenda_id, doctor_id, service, unit, zone, date, state"
    " FROM agenda_days JOIN units ON code = unit"
)


async def agenda(tx: Transaction, agenda_id: UUID) -> Agenda | None:
    row = await tx.fetchrow(f"{_AGENDA} WHERE agenda_id = $1", agenda_id)
    return None if row is None else Agenda(**row)


async def agenda_of(tx: Transaction, doctor_id: UUID, service: str, day: date) -> Agenda | None:
    """The published day of a doctor's service."""
    row = await tx.fetchrow(
        f"{_AGENDA} WHERE doctor_id = $1 AND service = $2 AND date = $3", doctor_id, service, day
    )
    return None if row is None else Agenda(**row)


async def open_days(
    tx: Transaction, *, doctor_id: UUID | None, unit: str | None, first: date, last: date
) -> list[Agenda]:
    """Days that can still be booked: a doctor's, a unit's, or everybody's."""
    rows = await tx.fetch(
        f"""
        {_AGENDA}
        WHERE state = 'open' AND date BETWEEN $3 AND $4
            AND ($1::uuid IS NULL OR doctor_id = $1) AND ($2::text IS NULL OR unit = $2)
        ORDER BY agenda_id
        """,
        doctor_id,
        unit,
        first,
        last,
    )
    return [Agenda(**row) for row in rows]


async def booked(tx: Transaction, agenda_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """How many appointments of each day are still to come."""
    rows = await tx.fetch(
        "SELECT agenda_id, count(*)::integer AS booked FROM appointments"
        " WHERE agenda_id = ANY($1) AND state = 'booked' AND starts_at > $2 GROUP BY agenda_id",
        list(agenda_ids),
        now,
    )
    return {row["agenda_id"]: row["booked"] for row in rows}


async def close(
    tx: Transaction,
    agenda_ids: Sequence[UUID],
    order: Order,
    actor: Actor,
    *,
    key: IdempotencyKey | None,
    now: datetime,
) -> list[Withdrawal]:
    """Closes those of the days that are open: from its commit on, whoever books is refused."""
    await tx.execute(
        "SELECT FROM agenda_days WHERE agenda_id = ANY($1) ORDER BY agenda_id FOR NO KEY UPDATE",
        list(agenda_ids),
    )
    rows = await tx.fetch(
        "UPDATE agenda_days SET state = 'closing' WHERE agenda_id = ANY($1) AND state = 'open'"
        " RETURNING agenda_id",
        list(agenda_ids),
    )
    closed = [Withdrawal(uuid7(), row["agenda_id"], order, actor, key) for row in rows]
    await tx.execute(
        """
        INSERT INTO withdrawals (withdrawal_id, agenda_id, mode, cause, reason, account_id, role,
            role_unit, operation, key, digest, requested_at)
        SELECT given.*, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        FROM unnest($1::uuid[], $2::uuid[]) AS given
        """,
        [one.withdrawal_id for one in closed],
        [one.agenda_id for one in closed],
        order.mode,
        order.cause,
        order.reason,
        actor.account_id,
        actor.role,
        actor.unit,
        key and key.operation,
        key and key.key,
        key and key.digest,
        now,
    )
    return closed


async def waiting(tx: Transaction, before: datetime, limit: int) -> list[UUID]:
    """Withdrawals that nobody finished: those no request waits for, and those asked `before`."""
    rows = await tx.fetch(
        "SELECT withdrawal_id FROM withdrawals WHERE finished_at IS NULL"
        " AND (key IS NULL OR requested_at < $1) ORDER BY requested_at, withdrawal_id LIMIT $2",
        before,
        limit,
    )
    return [row["withdrawal_id"] for row in rows]


async def lock(tx: Transaction, withdrawal_id: UUID) -> Withdrawal | None:
    """A withdrawal that waits, held; None once it is finished."""
    row: Record | None = await tx.fetchrow(
        "SELECT * FROM withdrawals WHERE withdrawal_id = $1 AND finished_at IS NULL FOR UPDATE",
        withdrawal_id,
    )
    if row is None:
        return None
    key = None
    if row["key"] is not None:
        key = IdempotencyKey(row["account_id"], row["operation"], row["key"], row["digest"])
    return Withdrawal(
        row["withdrawal_id"],
        row["agenda_id"],
        Order(row["mode"], row["cause"], row["reason"]),
        Actor(row["account_id"], row["role"], row["role_unit"]),
        key,
    )


async def finish(
    tx: Transaction, withdrawal_id: UUID, *, moved: int, cancelled: int, now: datetime
) -> None:
    await tx.execute(
        "UPDATE withdrawals SET finished_at = $2, moved = $3, cancelled = $4"
        " WHERE withdrawal_id = $1",
        withdrawal_id,
        now,
        moved,
        cancelled,
    )


async def answer(tx: Transaction, key: IdempotencyKey) -> str | None:
    """What was answered under this key, by whoever finished the work."""
    body: str | None = await tx.fetchval(
        "SELECT body FROM idempotency_keys WHERE account_id = $1 AND operation = $2 AND key = $3",
        key.account_id,
        key.operation,
        key.key,
    )
    return body
