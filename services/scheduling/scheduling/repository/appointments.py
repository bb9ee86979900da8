"""Appointments, the slots and places they hold, and the sanctions they cause."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from scheduling.domain.refusals import refusal
from shared.contracts.scheduling import AppointmentCancelled, folio
from shared.database import Transaction
from shared.errors import StillRunning
from shared.idempotency import IdempotencyKey
from shared.ids import uuid7

REFUSED = "SR001"
"""SQLSTATE of a rule's refusal: the message is the slug, the detail its members as JSON."""

_KEYS = "idempotency_keys"


async def book(
    connection: Transaction,
    key: IdempotencyKey,
    *,
    family_id: UUID,
    member_id: UUID,
    slot_id: UUID,
    channel: str,
    by: str,
    traceparent: str | None,
    now: datetime,
    appointment_id: UUID | None = None,
) -> bytes:
    """Calls book_appointment(), one statement; raises the refusal as an error.

    `appointment_id` is the new appointment's, made here unless given: the answer of a repeated key
    names another.
    """
    appointment_id = appointment_id or uuid7()
    try:
        answer: str = await connection.fetchval(
            "SELECT book_appointment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
            " $15)",
            key.account_id,
            key.operation,
            key.key,
            key.digest,
            family_id,
            member_id,
            slot_id,
            channel,
            by,
            appointment_id,
            folio(appointment_id),
            uuid7(),
            uuid7(),
            traceparent,
            now,
        )
    except asyncpg.LockNotAvailableError as error:
        # PostgreSQL names the relation waited for: a twin with the same key is at work.
        if _KEYS in (getattr(error, "context", None) or ""):
            raise StillRunning from None
        raise
    except asyncpg.PostgresError as error:
        if error.sqlstate != REFUSED:
            raise
        raise refused(error) from None
    return answer.encode()


def refused(error: asyncpg.PostgresError) -> Exception:
    """The refusal that an SQL rule raised."""
    return refusal(str(error.args[0]), json.loads(getattr(error, "detail", None) or "{}"))


async def lock_family(tx: Transaction, family_id: UUID) -> None:
    """Whoever counts or changes a family's appointments does it alone."""
    await tx.execute("SELECT FROM families WHERE family_id = $1 FOR UPDATE", family_id)


async def lock(tx: Transaction, *, appointment_id: UUID, family_id: UUID) -> str | None:
    """The state of a family's appointment, held; None when the family has no such one."""
    state: str | None = await tx.fetchval(
        "SELECT state FROM appointments WHERE appointment_id = $1 AND family_id = $2 FOR UPDATE",
        appointment_id,
        family_id,
    )
    return state


async def preview(
    tx: Transaction, appointment_id: UUID, *, own_channel: bool, now: datetime
) -> dict[str, Any]:
    """What cancelling would do (R-29): the same function decides the act."""
    text = await tx.fetchval(
        "SELECT cancellation_preview(appointments, $2, $3)::text FROM appointments"
        " WHERE appointment_id = $1",
        appointment_id,
        own_channel,
        now,
    )
    found: dict[str, Any] = json.loads(text)
    return found


async def cancel(
    tx: Transaction,
    appointment_id: UUID,
    *,
    channel: str,
    by: str,
    reason: str | None,
    now: datetime,
) -> tuple[AppointmentCancelled, int]:
    """Cancels and gives back slot, referral and places; the fact and its version."""
    row = await tx.fetchrow(
        """
        UPDATE appointments SET state = 'cancelled', by = $3, reason = $4, cancelled_at = $5,
            cancelled_channel = $2, version = version + 1
        WHERE appointment_id = $1
        RETURNING appointment_fact(appointments) AS fact, version, slot_id, agenda_id, web_place
        """,
        appointment_id,
        channel,
        by,
        reason,
        now,
    )
    if row is None:
        raise LookupError(appointment_id)
    await tx.execute(
        "UPDATE slots SET appointment_id = NULL WHERE slot_id = $1 AND appointment_id = $2",
        row["slot_id"],
        appointment_id,
    )
    await tx.execute("DELETE FROM referral_uses WHERE appointment_id = $1", appointment_id)
    await tx.execute(
        "UPDATE agenda_days SET taken = taken - 1, web_used = web_used - $2::integer"
        " WHERE agenda_id = $1",
        row["agenda_id"],
        int(row["web_place"]),
    )
    return AppointmentCancelled.model_validate_json(row["fact"]), row["version"]


async def sanction(
    tx: Transaction,
    *,
    family_id: UUID,
    appointment_id: UUID,
    rule: str,
    until: datetime,
    now: datetime,
) -> UUID:
    """One row for each trigger (R-28), imposed no earlier than the cancellations that it counts.

    Of two cancellations at once the later request may be the first to hold the family.
    """
    sanction_id = uuid7()
    await tx.execute(
        """
        INSERT INTO sanctions (sanction_id, family_id, appointment_id, rule, until, imposed_at)
        SELECT $1, $2, $3, $4, $5, greatest($6, max(cancelled_at)) FROM appointments
        WHERE family_id = $2 AND state = 'cancelled' AND by = 'affiliate'
        """,
        sanction_id,
        family_id,
        appointment_id,
        rule,
        until,
        now,
    )
    return sanction_id


async def answer(tx: Transaction, appointment_id: UUID, *, now: datetime, **more: Any) -> str:
    """The appointment as the API gives it, with what else the operation has to say."""
    text: str = await tx.fetchval(
        "SELECT (appointment_json(appointments) || jsonb_build_object('cancellation',"
        " cancellation_preview(appointments, true, $2)) || $3::text::jsonb)::text"
        " FROM appointments WHERE appointment_id = $1",
        appointment_id,
        now,
        json.dumps(more),
    )
    return text
