"""Republish: an owner sends every subject's present state to one queue, to rebuild a projection.

Marked events go through the outbox, so that they are confirmed like any other, on lane 1, so that
nobody waits for them, and by `sisa.replay`, whose routing key is the one queue they are for.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from functools import cache

from shared import trace
from shared.contracts.event import Fact
from shared.database import Database
from shared.ids import uuid7
from shared.outbox import REPLAY_EXCHANGE, Row, add_rows, envelope, routing_key
from shared.topology import WORK

AT_ONCE = 500
BULK = 1
_BINDINGS = {one.name: one.keys for one in WORK}


class NoSuchQueue(Exception):
    """The queue is not one that takes republished events, or it takes none of this kind."""


async def republish(
    database: Database,
    facts: AsyncIterator[tuple[Fact, int]],
    *,
    queue: str,
    now: datetime,
) -> int:
    """Puts each fact with its present sequence into the outbox for `queue`; returns how many.

    Each event has an id of its own, so the inbox lets it through, and the mark that makes it
    replace what the consumer holds from before `now`: read the facts after taking it. A fact that
    the queue is not bound to is none of its reader's business and is left out. Raises NoSuchQueue
    for an unknown queue, and when there were facts but not one for this queue.
    """
    if queue not in _BINDINGS:
        raise NoSuchQueue(f"{queue}: one of {', '.join(sorted(_BINDINGS))}")
    total, left_out = 0, 0
    rows: list[Row] = []
    async for fact, sequence in facts:
        if not _hears(queue, type(fact)):
            left_out += 1
            continue
        rows.append(_row(fact, sequence, queue, now))
        if len(rows) == AT_ONCE:
            total += await _write(database, rows)
            rows = []
    total += await _write(database, rows)
    if left_out and not total:
        raise NoSuchQueue(f"{queue} is bound to nothing of this kind")
    return total


def _hears(queue: str, fact: type[Fact]) -> bool:
    key = routing_key(fact)
    return any(
        exchange == fact.exchange() and _pattern(binding).fullmatch(key)
        for exchange, binding in _BINDINGS[queue]
    )


@cache
def _pattern(binding: str) -> re.Pattern[str]:
    """A topic binding as the broker reads it: `*` is one word, `#` any number of them."""
    return re.compile(re.escape(binding).replace(r"\*", "[^.]+").replace(r"\#", ".*"))


def _row(fact: Fact, sequence: int, queue: str, now: datetime) -> Row:
    event_id = uuid7()
    body = envelope(
        fact,
        event_id=event_id,
        sequence=sequence,
        now=now,
        traceparent=trace.traceparent(),
        republished=True,
    )
    return Row(event_id, REPLAY_EXCHANGE, queue, body)


async def _write(database: Database, rows: list[Row]) -> int:
    if rows:
        async with database.transaction() as tx:
            await add_rows(tx, rows, lane=BULK)
    return len(rows)
