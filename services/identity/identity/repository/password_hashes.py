"""Password hashes in the rows of accounts: taken over, compared, replaced."""

from datetime import datetime
from uuid import UUID

from shared.database import Transaction


async def set_generated(
    tx: Transaction, account_id: UUID, *, password_hash: str, password_expires_at: datetime
) -> None:
    """Gives an active account another temporary password."""
    await tx.execute(
        "UPDATE accounts SET password_hash = $2, password_expires_at = $3"
        " WHERE account_id = $1 AND state = 'active'",
        account_id,
        password_hash,
        password_expires_at,
    )


async def choose(tx: Transaction, account_id: UUID, *, held: str, made: str) -> bool:
    """Takes the owner's own password in place of `held`; False when that is not held any more."""
    chosen = await tx.fetchval(
        "UPDATE accounts SET password_hash = $3, password_expires_at = NULL"
        " WHERE account_id = $1 AND password_hash = $2 AND state = 'active' RETURNING true",
        account_id,
        held,
        made,
    )
    return bool(chosen)


async def unchanged(tx: Transaction, account_id: UUID, password_hash: str) -> bool:
    """Whether the hash just verified is still the account's; it stays so until we commit."""
    held = await tx.fetchval(
        "SELECT password_hash FROM accounts WHERE account_id = $1 AND state = 'active' FOR SHARE",
        account_id,
    )
    return held is not None and held == password_hash


async def remake(tx: Transaction, account_id: UUID, held: str, made: str) -> None:
    """The same password at today's cost; nothing when it was changed meanwhile."""
    await tx.execute(
        "UPDATE accounts SET password_hash = $3 WHERE account_id = $1 AND password_hash = $2",
        account_id,
        held,
        made,
    )
