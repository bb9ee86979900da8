"""Scheduling's commands for operators."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from scheduling.agendas_file import read
from scheduling.holidays import holiday_test
from scheduling.repository import present
from scheduling.settings import Settings
from scheduling.usecases.adopt_profile import adopt_profile
from scheduling.usecases.load_agendas import load_agendas
from scheduling.usecases.publish_agendas import publish_agendas
from shared.audit_command import verify_audit
from shared.clock import local_day, now
from shared.command import commands, in_database
from shared.database import Database
from shared.profile import load_profile
from shared.republish import republish
from shared.settings import load

cli = commands("scheduling", Settings, Path(__file__).parent / "migrations")
cli.command("verify-audit")(verify_audit(Settings, "scheduling"))


@cli.command("load-agendas")
def load_agendas_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    days: Annotated[int, typer.Option(min=1, max=366)] = 30,
) -> None:
    """Load doctors and their weeks and publish their agendas; harmless when repeated (R-31).

    Publishes from today, in the institute's zone, or from the day that the file names when that
    is later, for as many days as the file or --days says.
    """
    settings = load(Settings)
    profile = load_profile(settings.institute)
    doctors, templates, publication = read(file, profile)
    today = local_day(now(), profile.zone_info)
    first = max(today, publication.from_) if publication else today
    last = first + timedelta(days=publication.days if publication else days)

    async def work(database: Database) -> tuple[int, int]:
        await adopt_profile(database, profile)
        changed = await load_agendas(database, doctors, templates, now=now())
        published = await publish_agendas(
            database,
            first=first,
            last=last,
            zone_of=lambda unit: zones[unit],
            is_holiday=holiday_test(profile),
            now=now(),
        )
        return changed, published

    zones = {unit.code: unit.zone_info for unit in profile.units}
    changed, published = in_database(settings, "scheduling", work)
    typer.echo(f"scheduling: {changed} doctors new or changed, {published} agendas published")


@cli.command("republish")
def republish_command(
    kind: Annotated[str, typer.Argument(help="appointments, doctors, agendas or sanctions")],
    to: Annotated[str, typer.Option(help="the queue whose projection is rebuilt")],
) -> None:
    """Send every subject's present state to one queue, marked, to rebuild a projection."""
    if kind not in present.KINDS:
        raise typer.BadParameter(f"one of {', '.join(present.KINDS)}")

    async def work(database: Database) -> int:
        return await republish(
            database,
            present.KINDS[kind](database),
            queue=to,
            now=now(),
        )

    sent = in_database(load(Settings), "scheduling", work)
    typer.echo(f"scheduling: {sent} events on their way to {to}")
