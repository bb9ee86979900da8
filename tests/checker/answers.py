"""B4 and B5: what clients were told is what the database holds, once for each key."""

from collections import defaultdict
from uuid import UUID

from asyncpg import Record

from .journal import Line, digest
from .run import Run

_STORED = """
SELECT account_id, key, body, (body::jsonb ->> 'id')::uuid AS appointment_id
FROM idempotency_keys WHERE status = 201 AND body::jsonb ? 'folio'
"""

_ROWS = """
SELECT appointment_id, member_id, slot_id,
    version = 1 OR (version = 2 AND state <> 'booked') AS never_moved
FROM appointments WHERE appointment_id = ANY ($1::uuid[])
"""


async def b4(run: Run) -> list[str]:
    """Every booking that a client was told of stands, none that it was refused (R-26, R-35)."""
    stored = _by_key(await run.connection.fetch(_STORED))
    told = [line.appointment_id for line in run.journal if line.appointment_id]
    rows = {row["appointment_id"]: row for row in await run.connection.fetch(_ROWS, told)}
    granted = {(line.account_id, line.key) for line in run.journal if line.outcome == "ok"}
    found = []
    for line in run.journal:
        held = stored.get((line.account_id, line.key))
        if line.outcome == "ok":
            found += _unlike(line, rows)
        elif line.outcome == "fail" and held and (line.account_id, line.key) not in granted:
            found.append(f"key {line.key}: refused, and {held['appointment_id']} stands")
    return found


def _unlike(line: Line, rows: dict[UUID, Record]) -> list[str]:
    row = rows.get(line.appointment_id) if line.appointment_id else None
    if row is None:
        return [f"key {line.key}: told of {line.appointment_id}, which does not stand"]
    if line.member_id not in {None, row["member_id"]}:
        return [f"key {line.key}: {line.appointment_id} is another member's"]
    if row["never_moved"] and line.slot_id not in {None, row["slot_id"]}:
        return [f"key {line.key}: {line.appointment_id} is at another time"]
    return []


async def b5(run: Run) -> list[str]:
    """A key has one appointment, an appointment one key, and every answer is the stored one."""
    found = await run.offenders(f"""
        SELECT 'key ' || key || ': ' || stored.appointment_id || ' does not stand'
        FROM ({_STORED}) AS stored LEFT JOIN appointments USING (appointment_id)
        WHERE appointments.appointment_id IS NULL
        UNION ALL
        SELECT 'appointment ' || appointment_id || ': ' || count(*) || ' keys'
        FROM ({_STORED}) AS stored GROUP BY appointment_id HAVING count(*) > 1
    """)
    stored = _by_key(await run.connection.fetch(_STORED))
    answers: dict[tuple[UUID | None, str], set[str]] = defaultdict(set)
    for line in run.journal:
        if line.outcome == "ok" and line.answer is not None:
            answers[line.account_id, line.key].add(line.answer)
    for key, seen in answers.items():
        if key in stored:
            seen.add(digest(stored[key]["body"].encode()))
        if len(seen) > 1:
            found.append(f"key {key[1]}: {len(seen)} answers")
    return found


def _by_key(rows: list[Record]) -> dict[tuple[UUID | None, str], Record]:
    """By account and key, and by the key alone for journals that name no account."""
    alone = {(None, row["key"]): row for row in rows}
    return {**alone, **{(row["account_id"], row["key"]): row for row in rows}}
