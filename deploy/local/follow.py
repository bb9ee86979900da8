"""Shows a growing log file on the console.

Processes write their logs into files and not into a pipe of ours: a terminal that stands still
(Ctrl-S, a closed lid) must never make a service wait for its log.
"""

import asyncio
from pathlib import Path

from deploy.local.console import Console

_INTERVAL = 0.2
_CHUNK = 1 << 16


async def follow(path: Path, name: str, console: Console) -> None:
    """Copy what is added to the file, line by line, until cancelled; then what is left."""
    with path.open("rb") as file:
        rest = b""
        try:
            while True:
                rest = _copy(rest + file.read(_CHUNK), name, console)
                await asyncio.sleep(_INTERVAL)
        finally:
            rest = _copy(rest + file.read(), name, console)
            if rest:
                console.write(name, rest.decode(errors="replace"))


def _copy(data: bytes, name: str, console: Console) -> bytes:
    """Write the whole lines of the data and return the unfinished one."""
    whole, newline, rest = data.rpartition(b"\n")
    if newline:
        console.write(name, whole.decode(errors="replace"))
    return rest
