"""A session that was ended is over everywhere within a second, whoever ended it (I3, R-13)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from builders.endings import OF_FAMILIES, Ending, Owner, Tokens, auditors, be_closed, families
from builders.session_doors import Door, session_doors
from builders.system import System
from proofs.sizes import size

TRIALS = size(25, 1000)
PROMISED_SECONDS = 1.0
AT_ONCE = 8
KINDS: tuple[Ending, ...] = (*OF_FAMILIES, be_closed)


@dataclass(frozen=True, slots=True)
class Trial:
    """Seconds from the answer to the end of the last success at a door, 0.0 where there was none.

    `late` counts successes of tries that began more than a second after the answer.
    """

    kind: str
    last: dict[str, float]
    refreshed: int
    late: int


async def test_revocation_ends_a_session_at_every_door_within_a_second(
    system: System, figures: Callable[[str], None]
) -> None:
    doors = await session_doors(system)
    rounds = -(-TRIALS // len(KINDS))
    owners = await families(system, rounds)
    staff = await auditors(system, rounds)
    # One account is one person's: its trials come one after the other.
    people: list[tuple[Owner, tuple[Ending, ...]]] = [
        *((owner, OF_FAMILIES) for owner in owners),
        *((owner, (be_closed,)) for owner in staff),
    ]
    trials: list[Trial] = []

    async def worker() -> None:
        while people:
            owner, endings = people.pop()
            trials.extend([await _trial(system, doors, owner, ending) for ending in endings])

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

    assert len(trials) >= TRIALS
    late = sum(trial.late for trial in trials)
    refreshed = sum(trial.refreshed for trial in trials)
    counted = ", ".join(
        f"{ending.__name__} {sum(trial.kind == ending.__name__ for trial in trials)}"
        for ending in KINDS
    )
    figures(f"{len(trials)} sessions ended: {counted}")
    for door in doors:
        taken = sorted(trial.last[door.service] for trial in trials)
        figures(
            f"{door.service}: after the answer accepted in {sum(one > 0 for one in taken)} trials,"
            f" for {taken[-1] * 1000:.0f} ms at the longest,"
            f" {taken[int(len(taken) * 0.99)] * 1000:.0f} ms in 99 of 100"
        )
    figures(f"refresh tokens accepted after the answer: {refreshed}")
    figures(f"accepted later than {PROMISED_SECONDS:.0f} s after the answer: {late}")
    assert (late, refreshed) == (0, 0)
    # What answers to the ending itself knows of it at once.
    assert all(trial.last["identity"] == 0 for trial in trials)


async def _trial(system: System, doors: list[Door], owner: Owner, ending: Ending) -> Trial:
    victim = await owner.log_in()
    token = victim["access_token"]
    for door in doors:
        assert await door.status(system, token) != 401, door
    answer = await ending(owner, victim)
    ended = time.monotonic()
    assert answer.status in {200, 204}, answer.body
    last, refreshed = await asyncio.gather(
        asyncio.gather(*(_last_success(system, door, token, ended) for door in doors)),
        _refreshed(owner, victim),
    )
    await asyncio.sleep(max(0.0, ended + PROMISED_SECONDS - time.monotonic()))
    late = [await door.status(system, token) for door in doors]
    refreshed += await _refreshed(owner, victim)
    return Trial(
        ending.__name__,
        dict(zip((door.service for door in doors), last, strict=True)),
        refreshed,
        sum(status != 401 for status in late),
    )


async def _last_success(system: System, door: Door, token: str, ended: float) -> float:
    """Asks again and again until refused, for as long as the promise lasts."""
    last = 0.0
    while time.monotonic() - ended < PROMISED_SECONDS:
        if await door.status(system, token) == 401:
            break
        last = time.monotonic() - ended
        await asyncio.sleep(0.002)
    return last


async def _refreshed(owner: Owner, victim: Tokens) -> int:
    body = {"refresh_token": victim["refresh_token"]}
    answer = await owner.ask("POST", "/v1/sessions/refresh", json=body)
    return int(answer.status != 401)
