"""Named points at which a test build kills its own process, as a power cut would.

`CRASH_AT=mail.before_data:3` kills at the third time that this point is reached. Production refuses
to start with it. Every point is one call, which without the variable is one look at a dict.
"""

import asyncio
import os
import re
import signal
from collections.abc import Mapping

VARIABLE = "CRASH_AT"
_FORM = re.compile(r"([a-z_]+\.[a-z0-9_]+):([1-9][0-9]{0,5})")
_FLUSH_SECONDS = 0.05

_hits_left: dict[str, int] = {}


class CrashPointInvalid(ValueError):
    """The variable is not `name:number`, or this is production."""


def arm(environment: str, variables: Mapping[str, str] = os.environ) -> None:
    """Reads the variable, once, at the start of a process."""
    _hits_left.clear()
    given = variables.get(VARIABLE)
    if given is None:
        return
    match = _FORM.fullmatch(given)
    if match is None or environment == "production":
        raise CrashPointInvalid(f"{VARIABLE}: name:number, and never in production")
    _hits_left[match[1]] = int(match[2])


def reached(point: str) -> None:
    """Kills the process when this is the point and the time that the variable names."""
    if point not in _hits_left:
        return
    _hits_left[point] -= 1
    if _hits_left[point] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


async def reached_after_write(point: str) -> None:
    """As `reached`, once what was written to a socket before has left the process."""
    if point in _hits_left:
        await asyncio.sleep(_FLUSH_SECONDS)
    reached(point)
