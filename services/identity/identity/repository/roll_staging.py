"""The file's lines in the staging table, and what is wrong among them."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

from shared.database import Transaction

_LOCK = 0x51_01  # any number of our own
LONG_SECONDS = 1800.0
_COLUMNS = (
    "line", "affiliation_number", "holder_number", "serial_digest", "serial_sealed",
    "given_names", "first_surname", "second_surname", "birth_on", "sex", "relation", "home_unit",
    "valid_from", "valid_to",
)  # fmt: skip

_AMONG = """
SELECT line, 'affiliation_number' AS field, 'stands-twice' AS code FROM (
    SELECT line, row_number() OVER (PARTITION BY affiliation_number ORDER BY line) AS place
    FROM roll_staging
) numbered WHERE place > 1
UNION ALL
SELECT s.line, 'serial_number', 'differs-in-family' FROM roll_staging s
JOIN roll_staging h ON h.affiliation_number = s.holder_number AND h.relation = 'holder'
WHERE s.serial_digest IS DISTINCT FROM h.serial_digest
UNION ALL
SELECT s.line, 'serial_number', 'of-another-family' FROM roll_staging s
JOIN (
    SELECT serial_digest FROM roll_staging
    WHERE relation = 'holder' AND serial_digest IS NOT NULL
    GROUP BY serial_digest HAVING count(DISTINCT holder_number) > 1
) shared ON shared.serial_digest = s.serial_digest
WHERE s.relation = 'holder'
"""
_ORPHANS = """
UNION ALL
SELECT s.line, 'holder_number', 'no-such-holder' FROM roll_staging s
WHERE NOT EXISTS (
    SELECT FROM roll_staging h
    WHERE h.affiliation_number = s.holder_number AND h.relation = 'holder'
)
"""


async def begin(tx: Transaction) -> bool:
    """Makes the transaction a long one; False while another load is under way."""
    await tx.execute(
        "SET LOCAL statement_timeout = '30min';"
        " SET LOCAL lock_timeout = '60s';"
        " SET LOCAL idle_in_transaction_session_timeout = '10min'"
    )
    free: bool = await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK)
    return free


async def fill(tx: Transaction, records: AsyncIterable[tuple[Any, ...]]) -> None:
    """COPY, record by record: nothing but the line at hand is held in memory."""
    await tx.execute("DELETE FROM roll_staging")
    await tx.copy_records_to_table(
        "roll_staging", records=records, columns=_COLUMNS, timeout=LONG_SECONDS
    )


async def faults_among(tx: Transaction, *, orphans: bool) -> AsyncIterator[tuple[int, str, str]]:
    """Line, column and code of what is wrong between lines, in the order of the file.

    Without `orphans` nobody is said to lack a holder: that line may have been bad itself.
    """
    query = _AMONG + (_ORPHANS if orphans else "")
    cursor = tx.cursor(f"{query} ORDER BY line", prefetch=500, timeout=LONG_SECONDS)
    async for row in cursor:
        yield row["line"], row["field"], row["code"]


async def leaving(tx: Transaction) -> tuple[int, int]:
    """How many on the roll the file no longer names, and how many are on the roll."""
    row = await tx.fetchrow(
        """
        SELECT count(*) FILTER (WHERE s.affiliation_number IS NULL) AS leaving, count(*) AS all
        FROM members m
        LEFT JOIN roll_staging s ON s.affiliation_number = m.affiliation_number
        WHERE m.on_roll
        """,
        timeout=LONG_SECONDS,
    )
    return (row["leaving"], row["all"]) if row is not None else (0, 0)


async def empty(tx: Transaction) -> None:
    await tx.execute("DELETE FROM roll_staging", timeout=LONG_SECONDS)
