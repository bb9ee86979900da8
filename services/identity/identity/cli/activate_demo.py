"""`activate-demo OUT`: demo families that can log in at once; their passwords go to one file."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from identity.documents import consents
from identity.hashing import open_passwords
from identity.repository import families
from identity.settings import Settings
from identity.usecases.activate_demo import AT_ONCE, DemoLogin, Terms, activate_demo
from shared.clock import local_day, now
from shared.command import in_database
from shared.database import Database
from shared.profile import Profile, load_profile
from shared.settings import SettingsInvalid, load

_SIDE_BY_SIDE = 3
_OWNER_ONLY = 0o600


def activate_demo_command(
    out: Annotated[Path, typer.Argument(help="JSON lines {username, password}, mode 0600.")],
    count: Annotated[int, typer.Option(min=1, help="So many families without account.")] = 1,
    numbers: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Or these holders, one number a line."),
    ] = None,
) -> None:
    """Give demo families accounts with passwords; refused outside a demo and in production."""
    settings = load(Settings)
    profile = demo_profile(settings)
    began = now()
    wanted = numbers.read_text("utf-8").split() if numbers is not None else None
    logins = in_database(
        settings,
        "identity",
        lambda database: _activate(
            database, settings, profile, began=began, count=count, wanted=wanted
        ),
    )
    write_logins(out, logins)
    typer.echo(f"identity: {len(logins)} families can log in")


async def _activate(
    database: Database,
    settings: Settings,
    profile: Profile,
    *,
    began: datetime,
    count: int,
    wanted: list[str] | None,
) -> list[DemoLogin]:
    today = local_day(began, profile.zone_info)
    days = profile.policies_at(today).temporary_password_days
    terms = Terms(consents(profile), profile.locale, began + timedelta(days=days))
    numbers = wanted if wanted is not None else await _unregistered(database, today, count)
    batches = _batches(list(dict.fromkeys(numbers)))
    logins: list[DemoLogin] = []
    async with open_passwords(profile, settings.environment) as passwords:

        async def work() -> None:
            for batch in batches:
                logins.extend(
                    await activate_demo(database, passwords, batch, terms, day=today, now=began)
                )

        async with asyncio.TaskGroup() as group:
            for _ in range(_SIDE_BY_SIDE):
                group.create_task(work())
    return logins


async def _unregistered(database: Database, day: date, count: int) -> list[str]:
    async with database.connection() as connection:
        return await families.without_account(connection, day, count)


def _batches(numbers: list[str]) -> Iterator[list[str]]:
    return (numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE))


def demo_profile(settings: Settings) -> Profile:
    """The institute's profile; SettingsInvalid unless it is a demo's, outside production."""
    profile = load_profile(settings.institute)
    if settings.environment == "production" or not profile.demo:
        raise SettingsInvalid("demo accounts are for demo institutes outside production")
    return profile


def write_logins(out: Path, logins: list[DemoLogin]) -> None:
    """Writes JSON lines {username, password} that only their owner can read."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    os.fchmod(descriptor, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for login in sorted(logins, key=lambda one: one.username):
            line = {"username": login.username, "password": login.password}
            file.write(json.dumps(line) + "\n")
