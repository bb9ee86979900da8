"""A repeated request gives the first success again, byte for byte (R-35)."""

import hashlib
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

import asyncpg

from shared.database import Database, Transaction
from shared.errors import IdempotencyKeyMissing, IdempotencyKeyReused, StillRunning

KEY_LETTERS = 128
KEPT_HOURS = 24


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Scoped by account, method and path: another account's same key is unrelated.

    Without a session `account_id` is made from the network address (`nobody`).
    """

    account_id: UUID
    operation: str
    key: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer given the first time."""

    status: int
    body: str


def nobody(address: str) -> UUID:
    """Whose key it is when nobody is logged in: the network address's it came from.

    Keys of others behind the same address are told apart by their own letters, as an account's are.
    """
    return uuid5(NAMESPACE_OID, f"sisa nobody {address}")


def read_key(header: str | None) -> str:
    """1 to 128 visible ASCII letters, or IdempotencyKeyMissing."""
    if (
        not header
        or len(header) > KEY_LETTERS
        or any(not "!" <= letter <= "~" for letter in header)
    ):
        raise IdempotencyKeyMissing
    return header


def digest(body: bytes) -> bytes:
    """What tells two bodies apart; taken of the parsed body, so that white space is none."""
    return hashlib.sha256(body).digest()


async def claim(tx: Transaction, key: IdempotencyKey) -> Stored | None:
    """None the first time: do the work, then `keep` its answer in the same transaction.

    A twin waits here for the first to commit. Raises StillRunning past the lock time-out,
    IdempotencyKeyReused for another body.
    """
    try:
        inserted = await tx.fetchval(
            "INSERT INTO idempotency_keys (account_id, operation, key, digest)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true",
            key.account_id,
            key.operation,
            key.key,
            key.digest,
        )
    except asyncpg.LockNotAvailableError:
        raise StillRunning from None
    if inserted:
        return None
    row = await tx.fetchrow(
        "SELECT digest, status, body FROM idempotency_keys"
        " WHERE account_id = $1 AND operation = $2 AND key = $3",
        key.account_id,
        key.operation,
        key.key,
    )
    if row is None or row["body"] is None:
        raise StillRunning
    if row["digest"] != key.digest:
        raise IdempotencyKeyReused
    return Stored(row["status"], row["body"])


async def keep(tx: Transaction, key: IdempotencyKey, answer: Stored) -> None:
    """Stores the success; a refusal rolls the key back with everything else."""
    await tx.execute(
        "UPDATE idempotency_keys SET status = $4, body = $5"
        " WHERE account_id = $1 AND operation = $2 AND key = $3",
        key.account_id,
        key.operation,
        key.key,
        answer.status,
        answer.body,
    )


async def purge(database: Database) -> int:
    """Forgets keys older than 24 hours; returns how many."""
    async with database.connection() as connection:
        status: str = await connection.execute(
            "DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(hours => $1)",
            KEPT_HOURS,
        )
    return int(status.rpartition(" ")[2])
