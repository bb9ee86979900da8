"""`activate-demo-staff FILE OUT`: demo staff that can log in at once, one of each role or more."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import TypeAdapter

from identity.cli.activate_demo import demo_profile, write_logins
from identity.domain.staff import NewStaff, StaffRole
from identity.hashing import open_passwords
from identity.settings import Settings
from identity.usecases.activate_demo import DemoLogin
from identity.usecases.activate_demo_staff import activate_demo_staff
from shared.clock import local_day, now
from shared.command import in_database
from shared.database import Database
from shared.settings import load
from shared.text import Strict


class DemoStaff(Strict):
    """One account to be made; the address is lower case."""

    role: StaffRole
    unit: str | None = None
    doctor_id: UUID | None = None
    email: str
    name: str


_STAFF = TypeAdapter(list[DemoStaff])


def activate_demo_staff_command(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="A JSON list of staff."),
    ],
    out: Annotated[Path, typer.Argument(help="JSON lines {username, password}, mode 0600.")],
) -> None:
    """Give demo staff accounts with passwords; refused outside a demo and in production."""
    settings = load(Settings)
    profile = demo_profile(settings)
    wanted = [
        NewStaff(one.role, one.unit, one.doctor_id, one.email, one.email, one.name)
        for one in _STAFF.validate_json(file.read_bytes())
    ]
    began = now()
    days = profile.policies_at(local_day(began, profile.zone_info)).temporary_password_days

    async def work(database: Database) -> list[DemoLogin]:
        async with open_passwords(profile, settings.environment) as passwords:
            return await activate_demo_staff(
                database,
                passwords,
                wanted,
                locale=profile.locale,
                password_expires_at=began + timedelta(days=days),
                now=began,
            )

    logins = in_database(settings, "identity", work)
    write_logins(out, logins)
    typer.echo(f"identity: {len(logins)} staff members can log in")
