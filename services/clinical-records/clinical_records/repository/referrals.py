"""Referrals as rows: issued, used by an appointment, expired (R-46)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction

_COLUMNS = (
    "referral_id, member_id, unit, doctor_id, issued_at, issued_on, valid_to, service, state,"
    " content, content_key_id"
)


@dataclass(frozen=True, slots=True)
class NewReferral:
    referral_id: UUID
    member_id: UUID
    family_id: UUID
    unit: str
    doctor_id: UUID
    issued_by: UUID
    issued_at: datetime
    issued_on: date
    valid_to: date
    service: str
    content: bytes
    content_key_id: str


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment as a referral sees it; `service` is None until its description has come."""

    appointment_id: UUID
    member_id: UUID
    unit: str
    starts_at: datetime
    attended: bool
    service: str | None


async def add(tx: Transaction, new: NewReferral) -> None:
    await tx.execute(
        """
        INSERT INTO referrals (referral_id, member_id, family_id, unit, doctor_id, issued_by,
                               issued_at, issued_on, valid_to, service, content, content_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        new.referral_id,
        new.member_id,
        new.family_id,
        new.unit,
        new.doctor_id,
        new.issued_by,
        new.issued_at,
        new.issued_on,
        new.valid_to,
        new.service,
        new.content,
        new.content_key_id,
    )


async def page(
    tx: Transaction, member_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[asyncpg.Record]:
    """Up to so many of a member's, the newest first, older than `before`."""
    at, referral_id = before or (None, None)
    rows: list[asyncpg.Record] = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM referrals
        WHERE member_id = $1
          AND ($3::timestamptz IS NULL OR (issued_at, referral_id) < ($3, $4::uuid))
        ORDER BY issued_at DESC, referral_id DESC LIMIT $2
        """,
        member_id,
        limit,
        at,
        referral_id,
    )
    return rows


async def visit(tx: Transaction, appointment_id: UUID) -> Visit | None:
    """The appointment as both of its histories tell it so far."""
    row: Any = await tx.fetchrow(
        """
        SELECT appointment_id, member_id, unit, starts_at, state = 'attended' AS attended, service
        FROM appointments LEFT JOIN appointment_descriptions USING (appointment_id)
        WHERE appointment_id = $1
        """,
        appointment_id,
    )
    return None if row is None else Visit(**row)


async def use(tx: Transaction, visit: Visit, day: date) -> tuple[UUID, int] | None:
    """Uses the referral that ends first, once per appointment: its id and its fact's sequence.

    One that expired at the end of the appointment's day was still good on that day.
    """
    row: Any = await tx.fetchrow(
        """
        UPDATE referrals SET state = 'used', appointment_id = $1, version = version + 1
        WHERE referral_id = (
            SELECT referral_id FROM referrals
            WHERE member_id = $2 AND service = $3 AND state IN ('issued', 'expired')
              AND issued_on <= $4 AND valid_to >= $4
              AND NOT EXISTS (SELECT FROM referrals WHERE appointment_id = $1)
            ORDER BY valid_to, referral_id LIMIT 1 FOR UPDATE
        )
        RETURNING referral_id, version
        """,
        visit.appointment_id,
        visit.member_id,
        visit.service,
        day,
    )
    return None if row is None else (row["referral_id"], row["version"])


async def release(tx: Transaction, appointment_id: UUID) -> tuple[UUID, int] | None:
    """Gives back what an appointment used that was not attended after all."""
    row: Any = await tx.fetchrow(
        "UPDATE referrals SET state = 'issued', appointment_id = NULL, version = version + 1"
        " WHERE appointment_id = $1 RETURNING referral_id, version",
        appointment_id,
    )
    return None if row is None else (row["referral_id"], row["version"])


async def expire(
    tx: Transaction, units: Sequence[str] | None, others: Sequence[str], today: date, limit: int
) -> list[tuple[UUID, int]]:
    """Ends those whose last day is over: ids and their facts' sequences.

    Of these units; with None of every unit but the others.
    """
    rows = await tx.fetch(
        """
        UPDATE referrals SET state = 'expired', version = version + 1
        WHERE referral_id IN (
            SELECT referral_id FROM referrals
            WHERE state = 'issued' AND valid_to < $3
              AND ($1::text[] IS NULL OR unit = ANY($1)) AND unit <> ALL($2)
            ORDER BY valid_to, referral_id LIMIT $4 FOR UPDATE SKIP LOCKED
        )
        RETURNING referral_id, version
        """,
        None if units is None else list(units),
        list(others),
        today,
        limit,
    )
    return [(row["referral_id"], row["version"]) for row in rows]
