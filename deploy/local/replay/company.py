"""Gets the company ready before the clock starts: parts cast, accounts active, all logged in."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

import aiohttp

from deploy.local.balance.running import Running
from deploy.local.replay.activation import activate
from deploy.local.replay.advice import families_needed
from deploy.local.replay.cast import Part, Shortage, cast, home_units
from deploy.local.replay.client import Client, browser_address
from deploy.local.replay.families import RESERVED, Troupe, families
from deploy.local.replay.institute import units
from deploy.local.replay.progress import Stages
from deploy.local.replay.session import Session, log_in
from deploy.local.replay.trace import Request
from shared.clock import local_day, now
from shared.profile import Profile, load_profile

_AT_ONCE = 16


class TooSmall(Exception):
    """The demo institute has too few families where the trace needs them; the text says more."""


async def cast_parts(running: Running, requests: Sequence[Request]) -> list[Part]:
    """A family for each patient; raises `TooSmall` with the number that would do."""
    homes = home_units(requests)
    troupe = _troupe(running)
    reserved = {*running.spare[:RESERVED], *running.logins}
    free = await families(running.databases["identity"], troupe, reserved)
    parts = cast(homes, await units(running.databases["scheduling"]), free)
    if isinstance(parts, Shortage):
        profile = load_profile(running.institute)
        raise TooSmall(_advice(parts, profile, local_day(now(), profile.zone_info)))
    return parts


def _troupe(running: Running) -> Troupe:
    return Troupe.remembered(running.own / "replay" / "families")


def _advice(shortage: Shortage, profile: Profile, on: date) -> str:
    missing = {
        number: wanted - shortage.found[number]
        for number, wanted in shortage.needed.items()
        if wanted > shortage.found[number]
    }
    number = families_needed(profile, shortage.needed, on)
    remedy = (
        f"End the system and start it with `DEMO_FAMILIES={number} make run`."
        if number
        else "No demo institute is large enough: replay a shorter part with --from-s and --to-s."
    )
    worst = max(missing, key=lambda one: missing[one])
    return (
        f"The trace needs {sum(shortage.needed.values())} families in {len(shortage.needed)} "
        f"units; {sum(missing.values())} are missing in {len(missing)} of the {shortage.units} "
        f"units with agendas, most in unit {worst}: {shortage.needed[worst]} needed, "
        f"{shortage.found[worst]} free. {remedy}"
    )


async def log_in_all(
    running: Running, http: aiohttp.ClientSession, parts: Sequence[Part], stages: Stages
) -> Mapping[str, Session]:
    """Activate the families and log them in; returns the sessions by patient.

    Raises `NotActivated` or an ExceptionGroup of `NotLoggedIn`.
    """
    numbers = [part.holder_number for part in parts]
    with stages.stage("Families activated", len(parts)):
        passwords = await activate(running, numbers)
    _troupe(running).add(numbers)
    sessions: dict[str, Session] = {}
    turns = asyncio.Semaphore(_AT_ONCE)

    async def enter(number: int, part: Part) -> None:
        client = Client(http, running.portal_credential, browser_address(number))
        async with turns:
            sessions[part.patient] = await log_in(
                client, part.holder_number, passwords[part.holder_number]
            )
        step()

    with stages.stage("Families logged in", len(parts)) as step:
        async with asyncio.TaskGroup() as group:
            for number, part in enumerate(parts):
                group.create_task(enter(number, part))
    return sessions
