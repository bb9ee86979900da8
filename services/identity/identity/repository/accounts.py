"""Accounts and what their owners accepted, as rows."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import asyncpg

from identity.domain.accounts import Account, Consent, Contact
from shared.database import Database, Transaction

_ACCOUNT = """
SELECT a.account_id, a.role, a.family_id, a.unit, a.doctor_id,
       coalesce(f.holder_number, a.email) AS username,
       coalesce(a.staff_name, h.display_name, f.holder_number) AS name,
       a.email, a.phone, a.locale, a.reminders, a.state, a.password_hash, a.password_expires_at,
       a.email_failed_at
FROM accounts a
LEFT JOIN families f ON f.family_id = a.family_id
LEFT JOIN members h ON h.family_id = a.family_id AND h.holder
"""


async def by_id(tx: Transaction, account_id: UUID) -> Account | None:
    """The account, whatever its state."""
    return _read(await tx.fetchrow(f"{_ACCOUNT} WHERE a.account_id = $1", account_id))


async def by_holder_number(tx: Transaction, number: str) -> Account | None:
    """The family's account by the holder's number; a relative's number finds nothing (R-03)."""
    return _read(
        await tx.fetchrow(f"{_ACCOUNT} WHERE f.holder_number = $1 AND a.state <> 'closed'", number)
    )


async def by_email(tx: Transaction, email_key: str) -> Account | None:
    return _read(
        await tx.fetchrow(f"{_ACCOUNT} WHERE a.email_key = $1 AND a.state <> 'closed'", email_key)
    )


async def of_family(tx: Transaction, family_id: UUID) -> Account | None:
    return _read(
        await tx.fetchrow(f"{_ACCOUNT} WHERE a.family_id = $1 AND a.state <> 'closed'", family_id)
    )


async def add(
    tx: Transaction,
    *,
    account_id: UUID,
    family_id: UUID,
    contact: Contact,
    locale: str,
    now: datetime,
) -> bool:
    """Adds a family's pending account; False when family or address have one already."""
    added = await tx.fetchval(
        """
        INSERT INTO accounts
            (account_id, family_id, email, email_key, phone, locale, state, registered_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7)
        ON CONFLICT DO NOTHING RETURNING true
        """,
        account_id,
        family_id,
        contact.email,
        contact.email_key,
        contact.phone,
        locale,
        now,
    )
    return bool(added)


async def add_consents(
    tx: Transaction, account_id: UUID, consents: list[Consent], now: datetime
) -> None:
    await tx.executemany(
        "INSERT INTO consents (account_id, document, version, text_sha256, accepted_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        [
            (account_id, consent.document, consent.version, consent.text_sha256, now)
            for consent in consents
        ],
    )


async def activate(
    tx: Transaction,
    account_id: UUID,
    *,
    password_hash: str,
    password_expires_at: datetime,
    now: datetime,
) -> tuple[int, int] | None:
    """Makes the account active with a generated password.

    Returns the new sequences of its public facts and of its contact, or None for a closed one.
    """
    row = await tx.fetchrow(
        """
        UPDATE accounts
        SET state = 'active', password_hash = $2, password_expires_at = $3, activated_at = $4,
            public_version = public_version + 1, contact_version = contact_version + 1,
            email_failed_at = NULL
        WHERE account_id = $1 AND state <> 'closed'
        RETURNING public_version, contact_version
        """,
        account_id,
        password_hash,
        password_expires_at,
        now,
    )
    return None if row is None else (row["public_version"], row["contact_version"])


async def in_pages(
    database: Database, *, active: bool, at_once: int = 500
) -> AsyncIterator[asyncpg.Record]:
    """Every account, or every active one, with what its public fact and its contact say."""
    last: UUID | None = None
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(
                """
                SELECT a.account_id, a.family_id, a.state, a.email, a.locale, a.reminders,
                       coalesce(a.staff_name, h.display_name, f.holder_number) AS name,
                       a.public_version, a.contact_version
                FROM accounts a
                LEFT JOIN families f ON f.family_id = a.family_id
                LEFT JOIN members h ON h.family_id = a.family_id AND h.holder
                WHERE ($1::uuid IS NULL OR a.account_id > $1) AND (a.state = 'active' OR NOT $2)
                ORDER BY a.account_id LIMIT $3
                """,
                last,
                active,
                at_once,
            )
        for row in rows:
            yield row
        if len(rows) < at_once:
            return
        last = rows[-1]["account_id"]


async def locked(tx: Transaction, account_id: UUID) -> Account | None:
    """The account as it is now, its row held until the transaction ends."""
    # A second statement: the first one's snapshot may be older than what it waited for.
    await tx.execute("SELECT FROM accounts WHERE account_id = $1 FOR UPDATE", account_id)
    return await by_id(tx, account_id)


async def set_email(tx: Transaction, account_id: UUID, email: str, email_key: str) -> int | None:
    """The account's new address; the sequence of its contact, or None when another has it.

    A pending account's contact has not been told yet, and so it has no next version.
    """
    try:
        async with tx.transaction():
            version: int | None = await tx.fetchval(
                "UPDATE accounts"
                " SET email = $2, email_key = $3, email_failed_at = NULL,"
                " contact_version = contact_version + (state = 'active')::int"
                " WHERE account_id = $1 RETURNING contact_version",
                account_id,
                email,
                email_key,
            )
    except asyncpg.UniqueViolationError:
        return None
    return version


async def set_reminders(tx: Transaction, account_id: UUID, *, reminders: bool) -> int:
    """The sequence of its contact."""
    version: int = await tx.fetchval(
        "UPDATE accounts SET reminders = $2, contact_version = contact_version + 1"
        " WHERE account_id = $1 RETURNING contact_version",
        account_id,
        reminders,
    )
    return version


async def set_phone(tx: Transaction, account_id: UUID, phone: str) -> None:
    await tx.execute("UPDATE accounts SET phone = $2 WHERE account_id = $1", account_id, phone)


def _read(row: asyncpg.Record | None) -> Account | None:
    return None if row is None else Account(**row)
