"""Migrations: plain SQL files, forward only, each applied once, each never changed afterwards."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

_LOCK = 0x51_5A  # any number of our own
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    component text NOT NULL,
    version text NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (component, version)
)
"""
_log = structlog.get_logger()


class MigrationInvalid(Exception):
    """A file is misnamed, changed after it was applied, or the database is ahead of the code."""


@dataclass(frozen=True, slots=True)
class Migration:
    component: str
    version: str
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read(component: str, folder: Path) -> list[Migration]:
    """The folder's `NNNN_name.sql` files in order."""
    migrations: dict[str, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None or match[1] in migrations:
            raise MigrationInvalid(f"{path.name}: not NNNN_name.sql, or its number stands twice")
        migrations[match[1]] = Migration(component, match[1], path.name, path.read_text("utf-8"))
    return list(migrations.values())


async def migrate(dsn: str, migrations: list[Migration]) -> list[str]:
    """Applies what is missing as the owner role and returns the names applied.

    Several runners at once wait for one another by polling: a blocking advisory lock holds a
    snapshot, and CREATE INDEX CONCURRENTLY in the first runner would wait for it for ever.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await _take_turn(connection)
        await connection.execute(_LEDGER)
        done = []
        for migration in await _pending(connection, migrations):
            await _apply(connection, migration)
            _log.info("migration_applied", component=migration.component, migration=migration.name)
            done.append(migration.name)
        return done
    finally:
        await connection.close(timeout=10)


async def _take_turn(connection: asyncpg.Connection) -> None:
    locked = False
    while not locked:
        locked = await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK)
        await asyncio.sleep(0 if locked else 0.2)


async def _pending(connection: asyncpg.Connection, migrations: list[Migration]) -> list[Migration]:
    rows = await connection.fetch("SELECT component, version, sha256 FROM schema_migrations")
    applied = {(row["component"], row["version"]): row["sha256"] for row in rows}
    known = {(migration.component, migration.version) for migration in migrations}
    if ahead := sorted(set(applied) - known):
        raise MigrationInvalid(f"the database is ahead of the code: {ahead}")
    for migration in migrations:
        if applied.get((migration.component, migration.version)) not in {None, migration.sha256}:
            raise MigrationInvalid(f"{migration.name} was changed after it was applied")
    return [
        migration
        for migration in migrations
        if (migration.component, migration.version) not in applied
    ]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    """In one transaction; a file that begins `-- no-transaction` statement by statement."""
    if migration.sql.startswith("-- no-transaction"):
        for statement in re.split(r";\s*\n", migration.sql):
            if statement.strip():
                await connection.execute(statement)
        await _record(connection, migration)
        return
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '4s'")
        await connection.execute(migration.sql)
        await _record(connection, migration)


async def _record(connection: asyncpg.Connection, migration: Migration) -> None:
    await connection.execute(
        "INSERT INTO schema_migrations (component, version, name, sha256) VALUES ($1, $2, $3, $4)",
        migration.component,
        migration.version,
        migration.name,
        migration.sha256,
    )
