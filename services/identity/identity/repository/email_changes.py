"""Changes of an account's address as rows: asked, waiting, done, or undone (R-11)."""

from datetime import datetime
from uuid import UUID

import asyncpg

from identity.domain.email_changes import EmailChange
from shared.database import Transaction

_CHANGE = """
SELECT change_id, account_id, new_email, new_email_key, old_email, old_email_key, state,
       effective_at
FROM email_changes
"""


async def ask(
    tx: Transaction,
    *,
    change_id: UUID,
    account_id: UUID,
    confirmation_link_id: UUID,
    new_email: str,
    new_email_key: str,
    now: datetime,
) -> None:
    await tx.execute(
        """
        INSERT INTO email_changes (change_id, account_id, confirmation_link_id, new_email,
                                   new_email_key, state, asked_at)
        VALUES ($1, $2, $3, $4, $5, 'asked', $6)
        """,
        change_id,
        account_id,
        confirmation_link_id,
        new_email,
        new_email_key,
        now,
    )


async def by_confirmation(tx: Transaction, link_id: UUID) -> EmailChange | None:
    return _read(await tx.fetchrow(f"{_CHANGE} WHERE confirmation_link_id = $1", link_id))


async def by_reversal(tx: Transaction, link_id: UUID) -> EmailChange | None:
    return _read(await tx.fetchrow(f"{_CHANGE} WHERE reversal_link_id = $1", link_id))


async def waiting(tx: Transaction, change_id: UUID) -> EmailChange | None:
    """The change, if it still waits; its account's row must be locked."""
    return _read(
        await tx.fetchrow(f"{_CHANGE} WHERE change_id = $1 AND state = 'waiting'", change_id)
    )


async def due(tx: Transaction, now: datetime, limit: int) -> list[asyncpg.Record]:
    """Ids of changes, each with its account's, whose wait is over; the oldest first."""
    rows: list[asyncpg.Record] = await tx.fetch(
        "SELECT change_id, account_id FROM email_changes"
        " WHERE state = 'waiting' AND effective_at <= $1 ORDER BY effective_at LIMIT $2",
        now,
        limit,
    )
    return rows


async def confirm(
    tx: Transaction,
    change: EmailChange,
    *,
    state: str,
    old: tuple[str, str],
    reversal_link_id: UUID | None,
    effective_at: datetime,
    reversible_until: datetime | None,
    now: datetime,
) -> None:
    """The new address was proved; `old` is the account's address and key. A waiting one gives way.

    Nobody else's change is touched, and the links of a replaced one still undo this one.
    """
    await tx.execute(
        "UPDATE email_changes SET state = 'replaced' WHERE account_id = $1 AND state = 'waiting'",
        change.account_id,
    )
    await tx.execute(
        """
        UPDATE email_changes
        SET state = $2, old_email = $3, old_email_key = $4, reversal_link_id = $5,
            effective_at = $6, reversible_until = $7, confirmed_at = $8
        WHERE change_id = $1
        """,
        change.change_id,
        state,
        *old,
        reversal_link_id,
        effective_at,
        reversible_until,
        now,
    )


async def settle(tx: Transaction, change_id: UUID, state: str) -> None:
    await tx.execute("UPDATE email_changes SET state = $2 WHERE change_id = $1", change_id, state)


async def undo_since(tx: Transaction, change: EmailChange, now: datetime) -> None:
    """Undoes the change and every later one of the account, and voids their links."""
    await tx.execute(
        """
        WITH undone AS (
            UPDATE email_changes SET state = 'reversed'
            WHERE account_id = $1 AND state IN ('waiting', 'done', 'replaced')
              AND confirmed_at >= (SELECT confirmed_at FROM email_changes WHERE change_id = $2)
            RETURNING reversal_link_id
        )
        UPDATE links SET superseded_at = $3
        WHERE link_id IN (SELECT reversal_link_id FROM undone)
          AND used_at IS NULL AND superseded_at IS NULL
        """,
        change.account_id,
        change.change_id,
        now,
    )


async def reserved(tx: Transaction, email_key: str, account_id: UUID, now: datetime) -> bool:
    """Whether another account may yet come to this address, or come back to it."""
    return bool(
        await tx.fetchval(
            """
            SELECT EXISTS (
                SELECT FROM email_changes
                WHERE account_id <> $2 AND (
                    (new_email_key = $1 AND state = 'waiting')
                    OR (old_email_key = $1 AND state IN ('waiting', 'done')
                        AND reversible_until > $3)
                )
            )
            """,
            email_key,
            account_id,
            now,
        )
    )


async def purge(tx: Transaction, before: datetime) -> None:
    """Forgets addresses that came to nothing, or can no longer be gone back to, since then."""
    await tx.execute(
        "DELETE FROM email_changes"
        " WHERE state <> 'waiting' AND coalesce(reversible_until, asked_at) < $1",
        before,
    )


def _read(row: asyncpg.Record | None) -> EmailChange | None:
    return None if row is None else EmailChange(**row)
