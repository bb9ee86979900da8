"""The outbox's envelope: one shape, whoever builds it, and readable by others."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from builders.messaging import NOW, member, messaging_database, pool
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from deploy.local.server import Server
from shared import inbox, outbox, trace
from shared.contracts.identity import ContactChanged, MemberChanged
from shared.contracts.scheduling import AppointmentBooked
from shared.database import Database
from shared.ids import uuid7

_CLOUDEVENT = "SELECT cloudevent($1, $2, $3, $4, $5, $6, $7, $8)"


@pytest.fixture
async def database(postgres: Server) -> AsyncIterator[Database]:
    async with messaging_database(postgres.url) as url, pool(url) as ready:
        yield ready


def booked(starts_at: datetime) -> AppointmentBooked:
    return AppointmentBooked(
        appointment_id=uuid7(),
        member_id=uuid7(),
        family_id=uuid7(),
        unit="unit-1",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        channel="web",
        state="booked",
        by="affiliate",
        reason=None,
    )


@pytest.mark.parametrize("now", [NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=120)])
@pytest.mark.parametrize("traceparent", [None, f"00-{'a' * 32}-{'b' * 16}-01"])
async def test_sql_and_python_write_the_same_bytes(
    database: Database, now: datetime, traceparent: str | None
) -> None:
    fact, event_id = booked(now), uuid7()
    async with database.connection() as tx:
        data = await tx.fetchval(
            """
            SELECT '{"appointment_id":"' || $1::uuid || '","member_id":"' || $2::uuid
                || '","family_id":"' || $3::uuid || '","unit":' || json_text($4)
                || ',"starts_at":"' || rfc3339($5) || '","ends_at":"' || rfc3339($6)
                || '","channel":"web","state":"booked","by":"affiliate","reason":'
                || json_text(NULL) || '}'
            """,
            fact.appointment_id,
            fact.member_id,
            fact.family_id,
            fact.unit,
            fact.starts_at,
            fact.ends_at,
        )
        by_sql = await tx.fetchval(
            _CLOUDEVENT,
            *(event_id, fact.routing_key, 1, fact.subject, now, 42, traceparent, data),
        )
    by_python = outbox.envelope(
        fact, event_id=event_id, sequence=42, now=now, traceparent=traceparent
    )
    assert by_sql == by_python


@pytest.mark.parametrize(
    "text", ["Ñandú", 'a "quoted" \\ one', "tab\tline\nbell\x07", "</é>", "🏥"]
)
async def test_sql_and_python_escape_texts_alike(database: Database, text: str) -> None:
    fact = ContactChanged(
        account_id=uuid7(), family_id=None, email=None, name=text, locale="es", reminders=True
    )
    body = outbox.envelope(fact, event_id=uuid7(), sequence=1, now=NOW)
    async with database.connection() as tx:
        assert f'"name":{await tx.fetchval("SELECT json_text($1)", text)},' in body


def test_another_reader_of_cloudevents_understands_the_envelope() -> None:
    fact, event_id = member(7), uuid7()
    body = outbox.envelope(fact, event_id=event_id, sequence=7, now=NOW)
    event = JSONFormat().read(CloudEvent, body)
    assert event.get_id() == str(event_id)
    assert event.get_type() == "mx.sisa.identity.member.changed.v1"
    assert event.get_source() == "/identity"
    assert event.get_subject() == str(fact.member_id)
    assert event.get_time() == NOW.astimezone(UTC)
    assert event.get_extension("sequence") == "0000000007"


async def test_the_event_carries_the_trace_of_the_work_in_hand(database: Database) -> None:
    token = trace.begin()
    try:
        async with database.transaction() as tx:
            await outbox.add(tx, member(), sequence=1, now=NOW)
        current = trace.traceparent()
    finally:
        trace.end(token)
    async with database.connection() as tx:
        assert f'"traceparent":"{current}"' in await tx.fetchval("SELECT body FROM outbox")


async def test_the_backlog_tells_depth_and_the_oldest(database: Database) -> None:
    async with database.transaction() as tx:
        assert await outbox.backlog(tx) == outbox.Backlog(0, None)
        rows = [outbox.row(member(), sequence=1, now=NOW) for _ in range(3)]
        await outbox.add_rows(tx, rows, lane=1)
    async with database.connection() as tx:
        found = await outbox.backlog(tx)
        oldest = await tx.fetchval("SELECT created_at FROM outbox ORDER BY position LIMIT 1")
    assert (found.depth, found.oldest_at) == (3, oldest)


async def test_the_inbox_lets_an_event_through_once_for_each_consumer(database: Database) -> None:
    first, second = uuid7(), uuid7()
    async with database.transaction() as tx:
        assert await inbox.claim(tx, "a", [second, first, first]) == {first, second}
        assert await inbox.claim(tx, "a", [first]) == set()
        assert await inbox.claim(tx, "b", [first]) == {first}


async def test_the_inbox_forgets_after_forty_five_days(database: Database) -> None:
    async with database.transaction() as tx:
        await inbox.claim(tx, "a", [uuid7(), uuid7()])
        received_at = await tx.fetchval("SELECT max(received_at) FROM inbox")
    assert await inbox.reap(database, received_at + timedelta(days=45)) in {0, 1}
    assert await inbox.reap(database, received_at + timedelta(days=45, seconds=1)) in {1, 2}
    async with database.connection() as tx:
        assert await tx.fetchval("SELECT count(*) FROM inbox") == 0


def test_a_later_version_of_a_fact_has_a_routing_key_of_its_own() -> None:
    class MemberChangedTwo(MemberChanged):
        version = 2

    assert outbox.routing_key(MemberChanged) == "identity.member.changed"
    assert outbox.routing_key(MemberChangedTwo) == "identity.member.changed.v2"
