"""Staff accounts as rows (R-14)."""

from datetime import datetime
from uuid import UUID

from identity.domain.staff import NewStaff
from shared.database import Transaction


async def add(
    tx: Transaction, account_id: UUID, wanted: NewStaff, *, locale: str, now: datetime
) -> bool:
    """Adds a pending account; False when address or doctor have one already."""
    added = await tx.fetchval(
        """
        INSERT INTO accounts (account_id, role, unit, doctor_id, staff_name, email, email_key,
                              locale, state, registered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9)
        ON CONFLICT DO NOTHING RETURNING true
        """,
        account_id,
        wanted.role,
        wanted.unit,
        wanted.doctor_id,
        wanted.name,
        wanted.email,
        wanted.email_key,
        locale,
        now,
    )
    return bool(added)


async def active_administrators(tx: Transaction) -> list[UUID]:
    """Who can make accounts, their rows held: of two who close each other the second sees one."""
    rows = await tx.fetch(
        "SELECT account_id FROM accounts WHERE role = 'administrator' AND state = 'active'"
        " ORDER BY account_id FOR UPDATE"
    )
    return [row["account_id"] for row in rows]


async def close(tx: Transaction, account_id: UUID) -> int:
    """Closes the account, its password with it; returns the sequence of its public facts."""
    version: int = await tx.fetchval(
        """
        UPDATE accounts SET state = 'closed', password_hash = NULL, password_expires_at = NULL,
                            public_version = public_version + 1
        WHERE account_id = $1 RETURNING public_version
        """,
        account_id,
    )
    return version
