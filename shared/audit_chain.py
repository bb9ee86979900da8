"""The audit's chain: rows are linked off the hot path, and whoever changes one is found out.

A link is a number without gaps and SHA-256 over the digest before and the row's canonical bytes.
`link_audit` in migration 0003 makes links, and verifying computes them anew here. Whoever may
change tables could also write a whole new chain, or cut off its end: against that the head, its
number and digest, is written down elsewhere and given to `verify`.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from shared.clock import rfc3339
from shared.database import Database

LINKED_AT_ONCE = 500
_READ_AT_ONCE = 1000
_GENESIS = bytes(32)
_NO_ID = UUID(int=0)

Kind = Literal["changed", "missing", "no-link", "other-head"]
"""`changed`: row, place or link is not what was linked; `missing`: the row is gone; `no-link`: the
number is gone, perhaps others after it; `other-head`: the chain is not the one that was seen."""
Report = Callable[[int, Kind], None]


@dataclass(frozen=True, slots=True)
class Head:
    """A link of the chain, by which the chain up to it can be recognised."""

    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """`waiting` rows will be linked in a moment; `stray` ones never, somebody saw to that."""

    head: Head
    faults: int
    waiting: int
    stray: int

    @property
    def whole(self) -> bool:
        return self.faults == 0 and self.stray == 0


async def link(database: Database) -> int:
    """Links what waits, in the order in which it became visible; returns how much.

    Any number of processes may do it at once: one does, the others find nothing to do.
    """
    total = 0
    while True:
        async with database.connection() as connection:
            count: int = await connection.fetchval("SELECT link_audit($1)", LINKED_AT_ONCE)
        total += count
        if count < LINKED_AT_ONCE:
            return total


async def head(database: Database) -> Head:
    """The newest link; number 0 when there is none."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT number, digest FROM audit_links ORDER BY number DESC LIMIT 1"
        )
    return Head(0, _GENESIS) if row is None else Head(row["number"], row["digest"])


def canonical(number: int, row: Any) -> bytes:
    """The bytes of a row in its place, as `audit_bytes` makes them; `row` by column names."""
    at: datetime = row["at"]
    subjects: Iterable[UUID] = row["subjects"]
    return b"".join(
        _field(None if value is None else str(value))
        for value in (
            number,
            row["audit_id"],
            rfc3339(at),
            row["actor_id"],
            row["role"],
            row["unit"],
            row["operation"],
            " ".join(map(str, subjects)),
            row["outcome"],
            row["reason"],
        )
    )


def _field(value: str | None) -> bytes:
    if value is None:
        return b"-,"
    octets = value.encode()
    return b"%d:%b," % (len(octets), octets)


async def verify(database: Database, report: Report, *, seen: Head | None = None) -> Verdict:
    """Walks the whole chain page by page and reports each fault at its number.

    After a fault it goes on from the digest that stands there, so that one change is one fault.
    """
    last, faults = Head(0, _GENESIS), 0

    def told(number: int, kind: Kind) -> None:
        nonlocal faults
        faults += 1
        report(number, kind)

    while page := await _page(database, last.number):
        for row in page:
            last = _step(last, row, told)
            if seen is not None and last.number == seen.number and last.digest != seen.digest:
                told(last.number, "other-head")
    if seen is not None and seen.number > last.number:
        told(seen.number, "other-head")
    waiting, stray = await _unlinked(database)
    return Verdict(last, faults, waiting, stray)


def _step(before: Head, row: Any, told: Report) -> Head:
    number: int = row["number"]
    if number > before.number + 1:
        told(before.number + 1, "no-link")
    if row["audit_id"] is None:
        told(number, "missing")
    elif number == before.number + 1:
        expected = hashlib.sha256(before.digest + canonical(number, row)).digest()
        if expected != row["digest"]:
            told(number, "changed")
    # After a gap there is no digest to start from: this link is taken as it stands.
    return Head(number, row["digest"])


async def _page(database: Database, after: int) -> list[asyncpg.Record]:
    async with database.connection() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            """
            SELECT l.number, l.digest, a.audit_id, a.at, a.actor_id, a.role, a.unit, a.operation,
                   a.subjects, a.outcome, a.reason
            FROM (SELECT * FROM audit_links WHERE number > $1 ORDER BY number LIMIT $2) AS l
            LEFT JOIN audit a USING (audit_id) ORDER BY l.number
            """,
            after,
            _READ_AT_ONCE,
        )
    return rows


async def _unlinked(database: Database) -> tuple[int, int]:
    """How many rows wait for their link, and how many have none and wait for none."""
    waiting, stray, last = 0, 0, _NO_ID
    while True:
        async with database.connection() as connection:
            row = await connection.fetchrow(_UNLINKED, last, _READ_AT_ONCE)
        if row is None or row["last"] is None:
            return waiting, stray
        waiting, stray, last = waiting + row["waiting"], stray + row["stray"], row["last"]


# max(uuid) came with PostgreSQL 18: the last of an ordered array does the same.
_UNLINKED = """
WITH page AS (SELECT audit_id FROM audit WHERE audit_id > $1 ORDER BY audit_id LIMIT $2),
     bare AS (
         SELECT audit_id,
                EXISTS (SELECT FROM audit_unlinked w WHERE w.audit_id = page.audit_id) AS waits
         FROM page
         WHERE NOT EXISTS (SELECT FROM audit_links l WHERE l.audit_id = page.audit_id)
     )
SELECT (SELECT count(*) FROM bare WHERE waits) AS waiting,
       (SELECT count(*) FROM bare WHERE NOT waits) AS stray,
       (SELECT audit_id FROM page ORDER BY audit_id DESC LIMIT 1) AS last
"""
