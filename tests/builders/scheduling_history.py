"""Years of an institute's appointments, made in the database by set-based SQL.

Ten units give two services; every doctor has eighteen slots a day, every day. What is past was
attended, missed or cancelled; of the thirty days ahead every other slot is booked. Ids grow with
time, as those that Python makes do.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from builders.scheduling import MONDAY, PROFILE

UNITS = [unit.code for unit in PROFILE.units[:10]]
SERVICES = ("medicina_general", "odontologia")
PLACES = 18
AHEAD = 30
TODAY = MONDAY
_BIG = ("agenda_days", "slots", "appointments")


@dataclass(frozen=True, slots=True)
class History:
    """`members` is a prime, so that no two appointments of a member fall on the same time."""

    appointments: int
    doctors: int
    members: int
    """In each unit."""

    @property
    def days(self) -> int:
        """How many days are past: as many as it takes to have so many appointments."""
        ahead = AHEAD * self.doctors * PLACES // 2
        return max(0, self.appointments - ahead) // (self.doctors * PLACES)


def made_id(kind: int, number: int) -> UUID:
    """The id of a doctor (1), agenda (2), slot (3), appointment (4), member (5), family (6)."""
    return UUID(hex=f"{number:016x}{kind:016x}")


def member_id(history: History, unit: int, number: int) -> UUID:
    """A member of a unit, by two numbers of which the second may be any."""
    return made_id(5, unit * history.members + number % history.members)


def doctor_id(number: int) -> UUID:
    return made_id(1, number)


async def fill(owner: asyncpg.Connection, history: History) -> int:
    """Fills an empty database with the profile adopted; returns how many appointments it has."""
    await owner.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
    await owner.execute(_MADE_ID)
    rebuild = await _bare(owner)
    for statement in _statements(history):
        await owner.execute(statement, timeout=3600)
    for statement in rebuild:
        await owner.execute(statement, timeout=3600)
    await owner.execute("DROP FUNCTION made_id")
    for table in (*_BIG, "members", "member_descriptions", "families", "doctors", "templates"):
        await owner.execute(f"VACUUM (ANALYZE) {table}", timeout=3600)
    count: int = await owner.fetchval("SELECT count(*) FROM appointments", timeout=600)
    return count


async def _bare(owner: asyncpg.Connection) -> list[str]:
    """Takes triggers, constraints and indexes off the big tables; returns how to put them back."""
    constraints = await owner.fetch(
        "SELECT conrelid::regclass::text AS owner_table, conname, contype,"
        " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
        " WHERE contype IN ('p', 'u', 'x', 'f')"
        " AND (conrelid = ANY ($1::text[]::regclass[]) OR confrelid = ANY ($1::text[]::regclass[]))"
        " ORDER BY contype = 'f' DESC, conname",
        list(_BIG),
    )
    back: list[str] = []
    for one in constraints:
        table, name = one["owner_table"], one["conname"]
        await owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        back.insert(0, f"ALTER TABLE {table} ADD CONSTRAINT {name} {one['definition']}")
    indexes = await owner.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY ($1)", list(_BIG)
    )
    for one in indexes:
        await owner.execute(f"DROP INDEX {one['indexname']}")
    for table in _BIG:
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    enable = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in _BIG]
    return [*(one["indexdef"] for one in indexes), *back, *enable]


_MADE_ID = """
CREATE FUNCTION made_id(kind integer, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(number), 16, '0') || lpad(to_hex(kind), 16, '0'))::uuid
$$
"""


def _statements(history: History) -> list[str]:
    units = "ARRAY['" + "','".join(UNITS) + "']"
    services = "ARRAY['" + "','".join(SERVICES) + "']"
    first = date.fromordinal(TODAY.toordinal() - history.days)
    total = history.days + AHEAD
    # One row for each slot: its number, doctor, day and what became of it. `fate` 0 is free.
    grid = f"""
        SELECT slot, doctor, day, unit_number, ({units})[unit_number + 1] AS unit,
            ({services})[1 + doctor / 10 % 2] AS service,
            date '{first}' + day AS date,
            (date '{first}' + day + time '07:00' + make_interval(mins => 20 * place))
                AT TIME ZONE 'America/Tijuana' AS starts_at,
            unit_number * {history.members} + (slot * 7919 % {history.members})::integer AS member,
            CASE WHEN day >= {history.days} THEN (slot % 2)::integer
                 WHEN slot % 25 < 2 THEN 2 WHEN slot % 25 = 2 THEN 3 ELSE 4 END AS fate
        FROM generate_series(0, {total - 1}) AS day,
            generate_series(0, {history.doctors - 1}) AS doctor,
            generate_series(0, {PLACES - 1}) AS place
        CROSS JOIN LATERAL (
            SELECT (day::bigint * {history.doctors} + doctor) * {PLACES} + place AS slot,
                doctor % {len(UNITS)} AS unit_number) AS numbered
    """
    held = "fate IN (1, 3, 4)"
    return [
        f"""
        INSERT INTO doctors (doctor_id, name, unit, shift)
        SELECT made_id(1, doctor), 'Dra. Ejemplo ' || doctor,
            ({units})[doctor % {len(UNITS)} + 1], 'morning'
        FROM generate_series(0, {history.doctors - 1}) AS doctor
        """,
        f"""
        INSERT INTO families SELECT made_id(6, number)
        FROM generate_series(0, {len(UNITS) * history.members - 1}, 3) AS number
        """,
        f"""
        INSERT INTO members (member_id, family_id, holder, relation, home_unit, valid_from,
            sequence, as_of)
        SELECT made_id(5, number), made_id(6, number - number % 3), number % 3 = 0,
            CASE WHEN number % 3 = 0 THEN 'holder' ELSE 'child' END,
            ({units})[number / {history.members} + 1], '2000-01-01', 1, '2000-01-01'
        FROM generate_series(0, {len(UNITS) * history.members - 1}) AS number
        """,
        f"""
        INSERT INTO member_descriptions (member_id, display_name, affiliation_number, birth_on,
            sequence, as_of)
        SELECT made_id(5, number), 'Ejemplo ' || number, lpad(number::text, 8, '0'), '1980-01-01',
            1, '2000-01-01'
        FROM generate_series(0, {len(UNITS) * history.members - 1}) AS number
        """,
        f"""
        INSERT INTO agenda_days (agenda_id, doctor_id, service, unit, date, places, taken,
            web_quota, web_used, published_at, published_quota)
        SELECT made_id(2, day::bigint * {history.doctors} + doctor), made_id(1, doctor), service,
            unit, date, {PLACES}, count(*) FILTER (WHERE {held}), 12,
            count(*) FILTER (WHERE {held} AND slot % 3 = 0), date::timestamptz - interval '30 days',
            12
        FROM ({grid}) AS grid GROUP BY day, doctor, service, unit, date
        """,
        f"""
        INSERT INTO slots (slot_id, agenda_id, doctor_id, service, unit, date, starts_at, ends_at,
            appointment_id)
        SELECT made_id(3, slot), made_id(2, day::bigint * {history.doctors} + doctor),
            made_id(1, doctor), service, unit, date, starts_at, starts_at + interval '20 min',
            CASE WHEN {held} THEN made_id(4, slot) END
        FROM ({grid}) AS grid
        """,
        f"""
        INSERT INTO appointments (appointment_id, folio, slot_id, agenda_id, member_id, family_id,
            doctor_id, service, unit, date, starts_at, ends_at, state, channel, web_place, by,
            account_id, booked_at, cancelled_at, cancelled_channel)
        SELECT made_id(4, slot), 'F' || slot, made_id(3, slot),
            made_id(2, day::bigint * {history.doctors} + doctor), made_id(5, member),
            made_id(6, member - member % 3), made_id(1, doctor), service, unit, date, starts_at,
            starts_at + interval '20 min',
            (ARRAY['booked', 'cancelled', 'no_show', 'attended'])[fate],
            CASE WHEN slot % 3 = 0 THEN 'web' ELSE 'desk' END, slot % 3 = 0,
            CASE WHEN slot % 3 = 0 THEN 'affiliate' ELSE 'staff' END,
            made_id(6, member - member % 3), starts_at - interval '7 days',
            CASE WHEN fate = 2 THEN starts_at - interval '2 days' END,
            CASE WHEN fate = 2 THEN 'desk' END
        FROM ({grid}) AS grid WHERE fate > 0
        """,
    ]
