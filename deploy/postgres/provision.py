"""One database per service with two logins: an owner for migrations, an app for rows alone."""

import re
from dataclasses import dataclass

import asyncpg

SERVICES = ("identity", "scheduling", "clinical_records", "notifications")

_LOCK = 0x5151  # any number of our own: two runners at once take turns
# A statement that fails is written to the server's log, and these carry passwords.
_QUIET = {
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
}

_DEFAULTS_STAND = """
SELECT EXISTS (
    SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) AS given
    WHERE d.defaclrole = $1::text::regrole AND given.grantee = $2::text::regrole
)
"""


@dataclass(frozen=True, slots=True)
class Logins:
    """The passwords of a service's two logins, `<service>_owner` and `<service>_app`."""

    owner_password: str
    app_password: str


async def provision(admin_url: str, service: str, logins: Logins, database: str = "") -> None:
    """Make the service's logins and its database, or bring those that exist to this state.

    The database is named after the service unless another name is given. The owner may change
    tables; the app login may read and write rows and use sequences and functions, in what exists
    and in all that the owner makes later. Nobody else may connect.
    """
    database = database or service
    owner, app = f"{service}_owner", f"{service}_app"
    server = await asyncpg.connect(admin_url, server_settings=_QUIET)
    try:
        await server.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _login(server, owner, logins.owner_password)
        await _login(server, app, logins.app_password)
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await _execute(server, "CREATE DATABASE %I OWNER %I", database, owner)
        await open_to(server, database, app)
    finally:
        await server.close()
    inside = await asyncpg.connect(database_url(admin_url, database), server_settings=_QUIET)
    try:
        await _grant_rows(inside, owner, app)
    finally:
        await inside.close()


async def open_to(server: asyncpg.Connection, database: str, login: str) -> None:
    """Let the login connect to the database, and nobody else but its owner."""
    await _execute(server, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)
    await _execute(server, "GRANT CONNECT ON DATABASE %I TO %I", database, login)


async def _login(server: asyncpg.Connection, name: str, password: str) -> None:
    if not await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
        await _execute(server, "CREATE ROLE %I", name)
    attributes = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    await _execute(server, f"ALTER ROLE %I {attributes} PASSWORD %L", name, password)


async def _grant_rows(inside: asyncpg.Connection, owner: str, app: str) -> None:
    await _execute(inside, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    await _execute(inside, "GRANT ALL ON SCHEMA public TO %I", owner)
    await _execute(inside, "GRANT USAGE ON SCHEMA public TO %I", app)
    # Later on all that exists has its rights, and migrations have taken some of them back: what
    # is only ever added to, the audit above all, must not be given away again at the next start.
    first = not await inside.fetchval(_DEFAULTS_STAND, owner, app)
    for rights, kind in (
        ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
        ("USAGE, SELECT", "SEQUENCES"),
        ("EXECUTE", "FUNCTIONS"),
    ):
        if first:
            await _execute(inside, f"GRANT {rights} ON ALL {kind} IN SCHEMA public TO %I", app)
        await _execute(
            inside,
            f"ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT {rights} ON {kind} TO %I",
            owner,
            app,
        )


async def _execute(connection: asyncpg.Connection, template: str, *names: str) -> None:
    """Run a statement that takes no parameters, its names and literals quoted by the server."""
    places = ", ".join(f"${number}::text" for number in range(2, len(names) + 2))
    call = f"SELECT format($1, {places})" if names else "SELECT $1::text"
    await connection.execute(await connection.fetchval(call, template, *names))


def database_url(url: str, database: str, user: str = "", password: str = "") -> str:
    """Return the URL of another database of the same server, of another login if one is given."""
    found = re.fullmatch(r"(postgres(?:ql)?://)([^@/]*@)?([^/?]*)(?:/[^?]*)?(\?.*)?", url)
    if found is None:
        raise ValueError("not a PostgreSQL URL")
    scheme, login, place, options = found.groups(default="")
    login = f"{user}:{password}@" if user else login
    return f"{scheme}{login}{place}/{database}{options}"
