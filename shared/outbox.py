"""The outbox: an event is a row in the transaction of its change, and the relay publishes it.

The envelope has one shape, byte for byte, whoever builds it. JSON without blanks, UTF-8 unescaped,
attributes in this order, an absent one left out:

    {"specversion":"1.0","id":"<uuid>","source":"/<producer>","type":"mx.sisa.<key>.v<n>",
     "subject":"<uuid>","time":"<instant>","dataschema":"/events/schemas/<key>.v<n>.json",
     "datacontenttype":"application/json","sequence":"<ten digits>",
     "traceparent":"<W3C trace context>","sisarepublish":true,"data":{...}}

(one line, no line breaks). An instant is UTC with a Z, six digits of microseconds or none. `data`
holds the fact's fields in their declared order, null written out. SQL builds the same bytes with
`cloudevent(...)`, `rfc3339(...)` and `json_text(...)` of migration 0002.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared import trace
from shared.clock import rfc3339
from shared.contracts.event import Fact, dataschema
from shared.database import Transaction
from shared.ids import uuid7

REPLAY_EXCHANGE = "sisa.replay"

_INSERT = """
INSERT INTO outbox (event_id, lane, exchange, routing_key, body)
SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[])
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What the relay needs to publish one event."""

    event_id: UUID
    exchange: str
    routing_key: str
    body: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits to be published; `oldest_at` is None when nothing does."""

    depth: int
    oldest_at: datetime | None


def routing_key(fact: type[Fact]) -> str:
    """The fact's routing key; from v2 on it ends in the version, so a binding of v1 misses it."""
    return fact.routing_key if fact.version == 1 else f"{fact.routing_key}.v{fact.version}"


def envelope(
    fact: Fact,
    *,
    event_id: UUID,
    sequence: int,
    now: datetime,
    traceparent: str | None = None,
    republished: bool = False,
) -> str:
    """The CloudEvents envelope as JSON text, in the shape given above."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": f"/{fact.producer()}",
        "type": fact.event_type(),
        "subject": str(fact.subject),
        "time": rfc3339(now),
        "dataschema": dataschema(type(fact)),
        "datacontenttype": "application/json",
        "sequence": f"{sequence:010d}",
    }
    if traceparent is not None:
        attributes["traceparent"] = traceparent
    if republished:
        attributes["sisarepublish"] = True
    attributes["data"] = fact.model_dump(mode="json")
    return orjson.dumps(attributes).decode()


def row(fact: Fact, *, sequence: int, now: datetime, event_id: UUID | None = None) -> Row:
    """The outbox row of a fact, for its own exchange and under the trace of the work in hand."""
    event_id = event_id or uuid7()
    body = envelope(
        fact,
        event_id=event_id,
        sequence=sequence,
        now=now,
        traceparent=trace.traceparent(),
    )
    return Row(event_id, fact.exchange(), routing_key(type(fact)), body)


async def add(
    tx: Transaction,
    fact: Fact,
    *,
    sequence: int,
    now: datetime,
    lane: int = 0,
    event_id: UUID | None = None,
) -> UUID:
    """Adds the event to the transaction of its change and returns its id.

    `sequence` is the subject's version within the fact's exchange, from 1, no gaps. Lane 0 is for
    what a person waits for, lane 1 for bulk.
    """
    added = row(fact, sequence=sequence, now=now, event_id=event_id)
    await add_rows(tx, [added], lane=lane)
    return added.event_id


async def add_rows(tx: Transaction, rows: Iterable[Row], *, lane: int) -> None:
    """Adds many events in one statement, in the given order."""
    wanted = list(rows)
    await tx.execute(
        _INSERT,
        [row.event_id for row in wanted],
        [lane] * len(wanted),
        [row.exchange for row in wanted],
        [row.routing_key for row in wanted],
        [row.body for row in wanted],
    )


async def backlog(tx: Transaction) -> Backlog:
    """What waits, counted up to 100,001 rows so that a huge backlog stays cheap to look at."""
    found = await tx.fetchrow(
        """
        SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 100001) AS counted) AS depth,
               (SELECT created_at FROM outbox ORDER BY position LIMIT 1) AS oldest_at
        """
    )
    return Backlog(found["depth"], found["oldest_at"]) if found else Backlog(0, None)
