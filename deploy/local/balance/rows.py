"""Rows and guards as SQL counts them, with the owners' logins: the databases' own word."""

from collections.abc import Mapping
from uuid import UUID

import asyncpg

from deploy.local.balance.facts import Booked, Row

MAIL_CONSUMER = "notifications.mail"

_KNOWN = "SELECT appointment_id FROM appointments"
_BOOKED = """
SELECT appointment_id, state, account_id FROM appointments
WHERE appointment_id <> ALL ($1::uuid[]) ORDER BY appointment_id
"""
_EMAILS = "SELECT account_id, email FROM accounts WHERE account_id = ANY ($1::uuid[])"
_APPLIED = "SELECT event_id FROM inbox WHERE consumer = $1 AND event_id = ANY ($2::uuid[])"
_INBOXES = """
SELECT consumer, count(*) AS applied FROM inbox
WHERE event_id = ANY ($1::uuid[]) GROUP BY consumer
"""

# Nothing here relies on an index or a constraint: a guard that was dropped is what is looked for.
GUARDS: Mapping[str, str] = {
    "slots_twice": """
        SELECT doctor_id || ' ' || starts_at FROM appointments WHERE state <> 'cancelled'
        GROUP BY doctor_id, starts_at HAVING count(*) > 1
    """,
    "members_twice": """
        SELECT one.member_id || ' ' || one.starts_at FROM appointments AS one
        JOIN appointments AS other ON other.member_id = one.member_id
            AND other.appointment_id > one.appointment_id
            AND tstzrange(other.starts_at, other.ends_at) && tstzrange(one.starts_at, one.ends_at)
        WHERE one.state <> 'cancelled' AND other.state <> 'cancelled'
    """,
    "quotas_exceeded": """
        SELECT agenda_id::text FROM agenda_days
        WHERE web_used > web_quota OR web_quota < (
            SELECT count(*) FROM appointments
            WHERE appointments.agenda_id = agenda_days.agenda_id
                AND web_place AND state <> 'cancelled')
    """,
    "counters_wrong": """
        SELECT agenda_id::text FROM agenda_days LEFT JOIN (
            SELECT agenda_id, count(*) AS taken, count(*) FILTER (WHERE web_place) AS web_used
            FROM appointments WHERE state <> 'cancelled' GROUP BY agenda_id
        ) AS counted USING (agenda_id)
        WHERE agenda_days.taken <> coalesce(counted.taken, 0)
            OR agenda_days.web_used <> coalesce(counted.web_used, 0)
    """,
    "marks_wrong": """
        SELECT coalesce(slots.slot_id, held.slot_id)::text FROM slots
        FULL JOIN (SELECT * FROM appointments WHERE state <> 'cancelled') AS held
            ON held.slot_id = slots.slot_id
        WHERE slots.appointment_id IS DISTINCT FROM held.appointment_id
    """,
}


async def known(scheduling_url: str) -> frozenset[UUID]:
    """The appointments that there are."""
    connection = await asyncpg.connect(scheduling_url)
    try:
        return frozenset(row["appointment_id"] for row in await connection.fetch(_KNOWN))
    finally:
        await connection.close()


async def since(databases: Mapping[str, str], before: frozenset[UUID]) -> tuple[Row, ...]:
    """The appointments that there were not before, with their accounts' addresses."""
    scheduling = await asyncpg.connect(databases["scheduling"])
    identity = await asyncpg.connect(databases["identity"])
    try:
        rows = await scheduling.fetch(_BOOKED, list(before))
        accounts = await identity.fetch(_EMAILS, [row["account_id"] for row in rows])
    finally:
        await identity.close()
        await scheduling.close()
    emails = {row["account_id"]: row["email"] for row in accounts}
    return tuple(
        Row(row["appointment_id"], row["state"], emails.get(row["account_id"])) for row in rows
    )


async def applied(notifications_url: str, events: tuple[Booked, ...]) -> frozenset[UUID]:
    """Which of the events the consumer of mails has applied, by its inbox."""
    ids = [event.event_id for event in events]
    connection = await asyncpg.connect(notifications_url)
    try:
        rows = await connection.fetch(_APPLIED, MAIL_CONSUMER, ids)
    finally:
        await connection.close()
    return frozenset(row["event_id"] for row in rows)


async def inboxes(databases: Mapping[str, str], events: tuple[UUID, ...]) -> dict[str, int]:
    """How many of the events each consumer has applied."""
    counts: dict[str, int] = {}
    for url in databases.values():
        connection = await asyncpg.connect(url)
        try:
            for row in await connection.fetch(_INBOXES, list(events)):
                counts[row["consumer"]] = row["applied"]
        finally:
            await connection.close()
    return counts


async def guards(scheduling_url: str) -> dict[str, tuple[str, ...]]:
    """The offenders against each guard, by the name of its fact."""
    connection = await asyncpg.connect(scheduling_url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {
                name: tuple(row[0] for row in await connection.fetch(query))
                for name, query in GUARDS.items()
            }
    finally:
        await connection.close()
