"""Replays a trace against a running system, from the cast to the balance."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from rich.console import Console

from deploy.local.balance.books import Books
from deploy.local.balance.check import check
from deploy.local.balance.journal import Journal
from deploy.local.balance.keep import kept
from deploy.local.balance.running import Running
from deploy.local.replay.attempt import Attempt
from deploy.local.replay.cast import Part
from deploy.local.replay.company import cast_parts, log_in_all
from deploy.local.replay.person import Person
from deploy.local.replay.progress import Stages
from deploy.local.replay.rush import UNDER_WAY_AT_MOST, rush
from deploy.local.replay.session import Session
from deploy.local.replay.trace import Request
from deploy.local.replay.undecided import settle
from shared.clock import now


async def play(
    running: Running, requests: Sequence[Request], *, speed: float, stages: Stages, out: Path | None
) -> int:
    """The exit status of the balance.

    Raises `TooSmall`, `NotActivated`, `NotAtRest`, or an ExceptionGroup of `NotLoggedIn`.
    """
    parts = await cast_parts(running, requests)
    stages.say(
        f"{len(requests)} requests of {len(parts)} families in "
        f"{len({part.unit.code for part in parts})} units, in {requests[-1].at / speed:.0f} s"
    )
    connector = aiohttp.TCPConnector(limit=UNDER_WAY_AT_MOST)
    async with aiohttp.ClientSession(running.second_listener, connector=connector) as http:
        sessions = await log_in_all(running, http, parts, stages)
        books = Books.new(running.own / "replay", f"{now():%Y%m%dT%H%M%S}")
        stages.say("Waiting for the system to come to rest")
        async with kept(running, books):
            journal = Journal.opened(books.journal)
            try:
                await _live_through(Scene(requests, parts, sessions, journal), speed, stages)
            finally:
                journal.close()
            stages.say("Waiting until every event and every mail has arrived")
    stages.say(f"The books are in {books.folder}")
    return await check(running, books, Console(), out=out)


@dataclass(frozen=True, slots=True)
class Scene:
    """The trace with who plays it and where it is written down."""

    requests: Sequence[Request]
    parts: Sequence[Part]
    sessions: Mapping[str, Session]
    journal: Journal


async def _live_through(scene: Scene, speed: float, stages: Stages) -> None:
    units = {part.patient: part.unit for part in scene.parts}
    undecided: list[Attempt] = []

    async def live(request: Request) -> None:
        dice = random.Random(request.number)  # noqa: S311  # whims have to be the same every time
        session = scene.sessions[request.patient]
        wanted = units[request.patient].day(request.lead_days)
        person = Person(request.number, session, wanted, scene.journal, dice)
        await person.book()
        undecided.extend(person.undecided)

    def behind(lag: float) -> None:
        stages.shout(f"A request starts {lag:.2f} s late ({UNDER_WAY_AT_MOST} at most at once)")

    with stages.stage("Requests", len(scene.requests)) as step:
        punctuality = await rush(scene.requests, live, speed=speed, ended=step, behind=behind)
    if punctuality.late:
        stages.shout(
            f"{punctuality.late} requests started late, the latest by {punctuality.worst:.2f} s: "
            "the rush was gentler than the trace's, and latencies are understated"
        )
    if undecided:
        stages.say(f"Asking again what became of {len(undecided)} bookings")
        await settle(undecided)
