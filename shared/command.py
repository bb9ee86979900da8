"""A service's command line: serving is the default, `migrate` is everybody's, the rest its own."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer
from aiohttp import web

from shared import crash_points, logs
from shared.crash_points import CrashPointInvalid
from shared.database import Database, open_database
from shared.errors import DomainError
from shared.migrate import MigrationInvalid, migrate, read
from shared.profile import ProfileInvalid
from shared.republish import NoSuchQueue
from shared.server import run
from shared.settings import BaseProcessSettings, DatabaseSettings, SettingsInvalid, load

ResultT = TypeVar("ResultT")
SettingsT = TypeVar("SettingsT", bound=BaseProcessSettings)
_FAULTS = (SettingsInvalid, ProfileInvalid, MigrationInvalid, NoSuchQueue, CrashPointInvalid)


def commands(name: str, settings: type[DatabaseSettings], migrations: Path) -> typer.Typer:
    """The command line of a service with a database, to which it adds its own commands."""
    cli = typer.Typer(no_args_is_help=False, pretty_exceptions_enable=False, help=f"SISA {name}.")

    @cli.command("migrate")
    def _migrate() -> None:
        """Bring the tables up to date, as the owner role; harmless when repeated."""
        given = load(settings)
        if given.database_owner_url is None:
            raise SettingsInvalid("database_owner_url is missing")
        owner = given.database_owner_url.get_secret_value()
        chassis = read("shared", Path(__file__).parent / "migrations")
        applied = asyncio.run(migrate(owner, [*chassis, *read(name, migrations)]))
        typer.echo(f"{name}: {len(applied)} migrations applied")

    return cli


def main(
    cli: typer.Typer,
    settings: type[SettingsT],
    build: Callable[[SettingsT], web.Application],
    *,
    keepalive_seconds: float = 75.0,
) -> None:
    """Runs the command given, or serves when none is; faults of the caller's are one line."""

    @cli.callback(invoke_without_command=True)
    def _serve(context: typer.Context) -> None:
        given = load(settings)
        name = settings.model_config.get("env_prefix", "").rstrip("_").lower().replace("_", "-")
        logs.configure(service=name, form=given.log_format, level=given.log_level)
        if context.invoked_subcommand is None:
            crash_points.arm(given.environment)
            run([(build(given), given.host, given.port)], keepalive_seconds=keepalive_seconds)

    try:
        cli()
    except _FAULTS as fault:
        typer.echo(f"{type(fault).__name__}: {fault}", err=True)
        sys.exit(2)
    except DomainError as refusal:
        typer.echo(f"{refusal.slug}: {refusal.detail or refusal.problem.title}", err=True)
        sys.exit(1)


def in_database(
    settings: DatabaseSettings, name: str, work: Callable[[Database], Awaitable[ResultT]]
) -> ResultT:
    """Runs a command's work with the app role's database."""

    async def working() -> ResultT:
        url = settings.database_url.get_secret_value()
        async with open_database(url, name=f"{name}.command", size=4) as database:
            return await work(database)

    return asyncio.run(working())
