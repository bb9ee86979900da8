"""The mark on an account whose own address refused mail for good."""

from datetime import datetime
from uuid import UUID

from shared.database import Transaction


async def mark(tx: Transaction, account_id: UUID, *, contact_version: int, at: datetime) -> bool:
    """Marks the address of that version of the contact; False when it has another one by now."""
    marked = await tx.fetchval(
        "UPDATE accounts SET email_failed_at = $3"
        " WHERE account_id = $1 AND contact_version = $2 AND state = 'active' RETURNING true",
        account_id,
        contact_version,
        at,
    )
    return bool(marked)


async def clear(tx: Transaction, account_id: UUID) -> None:
    """A link that was mailed there has been followed: the address works."""
    await tx.execute(
        "UPDATE accounts SET email_failed_at = NULL"
        " WHERE account_id = $1 AND email_failed_at IS NOT NULL",
        account_id,
    )
