"""`python -m deploy.local.replay FILE --speed 60`: replays a trace through a running system."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.balance.check import IMPOSSIBLE
from deploy.local.balance.keep import NotAtRest
from deploy.local.balance.running import NotRunning, Running
from deploy.local.replay.activation import NotActivated
from deploy.local.replay.company import TooSmall
from deploy.local.replay.play import play
from deploy.local.replay.progress import Stages
from deploy.local.replay.session import NotLoggedIn
from deploy.local.replay.trace import TraceInvalid, read_trace
from deploy.local.run_folder import RunFolder

_FAULTS = (NotActivated, NotAtRest, NotLoggedIn, NotRunning, TooSmall, TraceInvalid)


def main(
    file: Annotated[Path, typer.Argument(help="The trace: t_s, lead_days, unit, patient, ...")],
    speed: Annotated[float, typer.Option(min=0.01, help="Times as fast as it happened.")] = 60.0,
    from_s: Annotated[float | None, typer.Option(help="Only from this t_s on.")] = None,
    to_s: Annotated[float | None, typer.Option(help="Only before this t_s.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the balance here, as JSON.")] = None,
) -> None:
    """Replay a booking trace; 0 when the books balance, 1 when not, 2 when it can't be done."""
    stages = Stages(Console(stderr=True))
    try:
        requests = read_trace(file, from_s, to_s)
        running = Running.found(RunFolder.of_environment())
        status = asyncio.run(play(running, requests, speed=speed, stages=stages, out=out))
    except* _FAULTS as faults:
        stages.shout(str(_first(faults)))
        status = IMPOSSIBLE
    sys.exit(status)


def _first(faults: BaseExceptionGroup[Exception]) -> BaseException:
    fault: BaseException = faults
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return fault


if __name__ == "__main__":
    typer.run(main)
