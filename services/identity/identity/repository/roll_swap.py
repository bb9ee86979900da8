"""Taking the staged lines over: families, new, changed and gone members, each told as events.

The events are built in SQL, in the same statements: a hundred thousand of them in seconds.
"""

from datetime import date, datetime

from identity.repository.roll_staging import LONG_SECONDS
from shared.database import Transaction

_FAMILIES = """
INSERT INTO families AS f (family_id, holder_number, serial_digest, serial_sealed)
SELECT uuid7(), holder_number, serial_digest, serial_sealed
FROM roll_staging WHERE relation = 'holder'
ON CONFLICT (holder_number) DO UPDATE
SET serial_digest = EXCLUDED.serial_digest, serial_sealed = EXCLUDED.serial_sealed
WHERE f.serial_digest IS DISTINCT FROM EXCLUDED.serial_digest
"""

_TELL = """
INSERT INTO outbox (event_id, lane, exchange, routing_key, body)
SELECT e.event_id, 1, e.exchange, e.key,
       cloudevent(e.event_id, e.key, 1, e.subject, $1, e.sequence, $2, e.data)
FROM (
"""
_DESCRIBED = """
    SELECT uuid7() AS event_id, 'sisa.private' AS exchange, 'identity.member.described' AS key,
           (member).member_id AS subject, (member).private_version AS sequence,
           member_private(member) AS data
"""
_PUBLIC = """
    SELECT uuid7() AS event_id, 'sisa.events' AS exchange, {key} AS key,
           (member).member_id AS subject, (member).public_version AS sequence,
           member_public(member) AS data
"""

_REGISTERED = f"""
WITH added AS (
    INSERT INTO members AS m (
        member_id, family_id, affiliation_number, holder, relation, given_names, first_surname,
        second_surname, birth_on, sex, home_unit, valid_from, valid_to, lapsed
    )
    SELECT uuid7(), f.family_id, s.affiliation_number, s.relation = 'holder', s.relation,
           s.given_names, s.first_surname, s.second_surname, s.birth_on, s.sex, s.home_unit,
           s.valid_from, s.valid_to, coalesce(s.valid_to < $3, false)
    FROM roll_staging s JOIN families f ON f.holder_number = s.holder_number
    WHERE NOT EXISTS (
        SELECT FROM members old WHERE old.affiliation_number = s.affiliation_number
    )
    RETURNING m AS member
), told AS (
    {_TELL}
    {_PUBLIC.format(key="'identity.member.registered'")} FROM added
    UNION ALL
    {_DESCRIBED} FROM added
    ) e
)
SELECT count(*) FROM added
"""

_CHANGED = f"""
WITH differing AS (
    SELECT m.member_id, f.family_id AS new_family_id, s.*,
           coalesce(s.valid_to < $3, false) AS lapses, m.lapsed AS had_lapsed,
           (m.family_id, m.relation, m.home_unit, m.valid_from, m.valid_to)
               IS DISTINCT FROM (f.family_id, s.relation, s.home_unit, s.valid_from, s.valid_to)
               OR (NOT m.lapsed AND coalesce(s.valid_to < $3, false)) AS public_differs,
           (m.family_id, m.given_names, m.first_surname, m.second_surname, m.birth_on)
               IS DISTINCT FROM
               (f.family_id, s.given_names, s.first_surname, s.second_surname, s.birth_on)
               AS private_differs,
           m.sex <> s.sex OR NOT m.on_roll AS other_differs
    FROM roll_staging s
    JOIN members m ON m.affiliation_number = s.affiliation_number
    JOIN families f ON f.holder_number = s.holder_number
), updated AS (
    UPDATE members m SET
        family_id = d.new_family_id, holder = d.relation = 'holder', relation = d.relation,
        given_names = d.given_names, first_surname = d.first_surname,
        second_surname = d.second_surname, birth_on = d.birth_on, sex = d.sex,
        home_unit = d.home_unit, valid_from = d.valid_from, valid_to = d.valid_to,
        on_roll = true, lapsed = d.lapses,
        public_version = m.public_version + d.public_differs::int,
        private_version = m.private_version + d.private_differs::int
    FROM differing d
    WHERE m.member_id = d.member_id
      AND (d.public_differs OR d.private_differs OR d.other_differs)
    RETURNING m AS member, d.public_differs, d.private_differs,
              d.public_differs AND d.lapses AND NOT d.had_lapsed AS lapses_now
), renamed AS (
    UPDATE accounts a SET contact_version = a.contact_version + 1
    FROM updated u
    WHERE u.private_differs AND (u.member).holder AND a.family_id = (u.member).family_id
      AND a.state = 'active'
    RETURNING a AS account, (u.member).display_name AS name
), told AS (
    {_TELL}
    {
    _PUBLIC.format(
        key=(
            "CASE WHEN lapses_now THEN 'identity.member.lapsed' ELSE 'identity.member.changed' END"
        )
    )
} FROM updated WHERE public_differs
    UNION ALL
    {_DESCRIBED} FROM updated WHERE private_differs
    UNION ALL
    SELECT uuid7(), 'sisa.private', 'identity.contact.changed', (account).account_id,
           (account).contact_version, contact_private(account, name) FROM renamed
    ) e
)
SELECT count(*) FILTER (WHERE NOT lapses_now) AS changed,
       count(*) FILTER (WHERE lapses_now) AS lapsed
FROM updated
"""

_GONE = f"""
WITH gone AS (
    UPDATE members m SET
        on_roll = false, lapsed = true,
        valid_from = least(m.valid_from, $3::date - 1),
        valid_to = least(m.valid_to, $3::date - 1),
        public_version = m.public_version + (NOT old.lapsed)::int
    FROM members old
    WHERE old.member_id = m.member_id AND m.on_roll AND NOT EXISTS (
        SELECT FROM roll_staging s WHERE s.affiliation_number = m.affiliation_number
    )
    RETURNING m AS member, NOT old.lapsed AS lapses_now
), told AS (
    {_TELL}
    {_PUBLIC.format(key="'identity.member.lapsed'")} FROM gone WHERE lapses_now
    ) e
)
SELECT count(*) FROM gone WHERE lapses_now
"""

_LAPSED = f"""
WITH passed AS (
    UPDATE members m SET lapsed = true, public_version = m.public_version + 1
    WHERE m.member_id IN (
        SELECT member_id FROM members WHERE NOT lapsed AND valid_to < $3
        ORDER BY valid_to, member_id LIMIT 500 FOR UPDATE SKIP LOCKED
    )
    RETURNING m AS member
), told AS (
    {_TELL}
    {_PUBLIC.format(key="'identity.member.lapsed'")} FROM passed
    ) e
)
SELECT count(*) FROM passed
"""


async def families(tx: Transaction) -> None:
    """Every holder's family exists and has the serial of the file."""
    await tx.execute(_FAMILIES, timeout=LONG_SECONDS)


async def registered(
    tx: Transaction, *, now: datetime, today: date, traceparent: str | None
) -> int:
    """Adds who is new to the roll; returns how many."""
    count: int = await tx.fetchval(_REGISTERED, now, traceparent, today, timeout=LONG_SECONDS)
    return count


async def changed(
    tx: Transaction, *, now: datetime, today: date, traceparent: str | None
) -> tuple[int, int]:
    """Brings the others to what the file says; returns how many changed and how many lapsed."""
    row = await tx.fetchrow(_CHANGED, now, traceparent, today, timeout=LONG_SECONDS)
    return (row["changed"], row["lapsed"]) if row is not None else (0, 0)


async def gone(tx: Transaction, *, now: datetime, today: date, traceparent: str | None) -> int:
    """Ends the coverage, yesterday, of whom the file no longer names; returns how many."""
    count: int = await tx.fetchval(_GONE, now, traceparent, today, timeout=LONG_SECONDS)
    return count


async def lapsed(tx: Transaction, *, now: datetime, today: date, traceparent: str | None) -> int:
    """Tells of up to 500 members whose coverage has ended before today; returns how many."""
    count: int = await tx.fetchval(_LAPSED, now, traceparent, today)
    return count
