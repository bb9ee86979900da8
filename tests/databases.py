"""A fresh, migrated database for a test in a fifth of a second, with production's logins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from deploy.local.server import Server
from deploy.postgres.provision import Logins, database_url, open_to, provision
from shared.ids import uuid7
from shared.migrate import Migration, migrate, read

_ROOT = Path(__file__).resolve().parent.parent
# The same in every run: several may share one server, and logins belong to the whole server.
_LOGINS = Logins(owner_password="owner-of-tests", app_password="app-of-tests")


@dataclass(frozen=True, slots=True)
class Database:
    """One database: `app_url` reads and writes rows, `owner_url` changes tables."""

    name: str
    app_url: str
    owner_url: str
    admin_url: str


def migrations_of(service: str) -> list[Migration]:
    """All migrations of a service's database: the chassis's and its own."""
    own = _ROOT / "services" / service.replace("_", "-") / service / "migrations"
    return read("shared", _ROOT / "shared" / "migrations") + read(service, own)


@dataclass(slots=True)
class Databases:
    """Makes databases on one server; the first of a service is migrated, the rest are copies."""

    server_url: str
    _templates: dict[str, str] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def create(self, service: str) -> Database:
        """Return a new database with the tables of the service (its package's name)."""
        async with self._turn:
            if service not in self._templates:
                self._templates[service] = await self._template(service)
        name = _name(service)
        async with self._server() as server:
            await server.execute(
                f"CREATE DATABASE {name} TEMPLATE {self._templates[service]} STRATEGY file_copy"
                f" OWNER {service}_owner"
            )
            await open_to(server, name, f"{service}_app")
        return self._described(name, service)

    async def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        async with self._server() as server:
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def drop_templates(self) -> None:
        """Remove what `create` copied from."""
        for name in self._templates.values():
            await self.drop(name)

    async def _template(self, service: str) -> str:
        name = _name(f"template_{service}")
        await provision(self.server_url, service, _LOGINS, name)
        await migrate(self._described(name, service).owner_url, migrations_of(service))
        return name

    @contextlib.asynccontextmanager
    async def _server(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.server_url)
        try:
            yield connection
        finally:
            await connection.close()

    def _described(self, name: str, service: str) -> Database:
        def url(user: str, password: str) -> str:
            return database_url(self.server_url, name, user, password)

        return Database(
            name,
            app_url=url(f"{service}_app", _LOGINS.app_password),
            owner_url=url(f"{service}_owner", _LOGINS.owner_password),
            admin_url=database_url(self.server_url, name),
        )


def _name(prefix: str) -> str:
    return f"t_{prefix}_{uuid7().hex}"


@pytest.fixture(scope="session")
async def databases(postgres: Server) -> AsyncIterator[Databases]:
    """Makes databases for fixtures of a wider scope than one test; they drop what they make."""
    factory = Databases(postgres.url)
    yield factory
    await factory.drop_templates()


@pytest.fixture
async def new_database(
    databases: Databases,
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Call it with a service's package name for a database of this test's own."""
    made: list[str] = []

    async def create(service: str) -> Database:
        database = await databases.create(service)
        made.append(database.name)
        return database

    yield create
    for name in made:
        await databases.drop(name)
