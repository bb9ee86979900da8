"""Families and members as rows."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import asyncpg

from identity.domain.accounts import Family
from shared.database import Database, Transaction


async def by_member_number(tx: Transaction, number: str, day: date) -> Family | None:
    """The family of the member with this number, its row locked until the transaction ends.

    `covered` is the member's on that day; one who left the roll is not covered.
    """
    row = await tx.fetchrow(
        """
        SELECT f.family_id, f.holder_number, f.serial_digest,
               coalesce(h.display_name, f.holder_number) AS holder_name,
               m.on_roll AND m.valid_from <= $2
                   AND (m.valid_to IS NULL OR $2 <= m.valid_to) AS covered
        FROM members m
        JOIN families f ON f.family_id = m.family_id
        LEFT JOIN members h ON h.family_id = f.family_id AND h.holder
        WHERE m.affiliation_number = $1
        FOR UPDATE OF f
        """,
        number,
        day,
    )
    return None if row is None else Family(**row)


async def members(tx: Transaction, family_id: UUID) -> list[asyncpg.Record]:
    """The family's members on the roll, the holder first, then by age."""
    rows: list[asyncpg.Record] = await tx.fetch(
        """
        SELECT member_id, display_name, relation, holder, affiliation_number, home_unit,
               valid_from, valid_to, birth_on
        FROM members WHERE family_id = $1 AND (on_roll OR holder)
        ORDER BY holder DESC, birth_on, member_id
        """,
        family_id,
    )
    return rows


async def without_account(tx: Transaction, day: date, count: int) -> list[str]:
    """Holder numbers of covered families that have a serial and no account, by number."""
    rows = await tx.fetch(
        """
        SELECT f.holder_number
        FROM families f JOIN members m ON m.family_id = f.family_id AND m.holder
        WHERE f.serial_digest IS NOT NULL AND m.on_roll AND m.valid_from <= $1
          AND (m.valid_to IS NULL OR $1 <= m.valid_to)
          AND NOT EXISTS (
              SELECT FROM accounts a WHERE a.family_id = f.family_id AND a.state <> 'closed'
          )
        ORDER BY f.holder_number LIMIT $2
        """,
        day,
        count,
    )
    return [row["holder_number"] for row in rows]


async def in_pages(database: Database, *, at_once: int = 1000) -> AsyncIterator[asyncpg.Record]:
    """Every member there ever was, with both sequences, in the order of their ids."""
    last: UUID | None = None
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(
                """
                SELECT member_id, family_id, holder, relation, home_unit, valid_from, valid_to,
                       lapsed, display_name, affiliation_number, birth_on, public_version,
                       private_version
                FROM members WHERE $1::uuid IS NULL OR member_id > $1
                ORDER BY member_id LIMIT $2
                """,
                last,
                at_once,
            )
        for row in rows:
            yield row
        if len(rows) < at_once:
            return
        last = rows[-1]["member_id"]
