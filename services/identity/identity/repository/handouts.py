"""Serials handed out as rows: who may get one, and how many went out (R-12)."""

from datetime import datetime
from uuid import UUID

from identity.domain.handouts import Bearer, Limit
from shared.database import Transaction


async def bearer(tx: Transaction, member_id: UUID, unit: str) -> Bearer | None:
    """The member on the roll of this home unit, the family's row held until the end."""
    row = await tx.fetchrow(
        """
        SELECT m.member_id, m.display_name AS name, f.family_id, f.holder_number, f.serial_sealed
        FROM members m JOIN families f ON f.family_id = m.family_id
        WHERE m.member_id = $1 AND m.home_unit = $2 AND m.on_roll
        FOR UPDATE OF f
        """,
        member_id,
        unit,
    )
    return None if row is None else Bearer(**row)


async def reached_at(tx: Transaction, limit: Limit, whose: UUID, now: datetime) -> datetime | None:
    """When the oldest of the hand-outs that use the limit up was made; None while some are left."""
    at: datetime | None = await tx.fetchval(
        f"SELECT handed_out_at FROM serial_handouts WHERE {limit.of}_id = $1"
        " AND handed_out_at > $2 ORDER BY handed_out_at DESC OFFSET $3 LIMIT 1",
        whose,
        now - limit.window,
        limit.most - 1,
    )
    return at


async def add(
    tx: Transaction,
    *,
    handout_id: UUID,
    staff_id: UUID,
    member_id: UUID,
    family_id: UUID,
    address_digest: bytes,
    now: datetime,
) -> None:
    await tx.execute(
        "INSERT INTO serial_handouts"
        " (handout_id, staff_id, member_id, family_id, address_digest, handed_out_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        handout_id,
        staff_id,
        member_id,
        family_id,
        address_digest,
        now,
    )
