"""A small process that outlives its parent and ends what the parent left behind.

It reads lines `+ PROCESS_GROUP SIGNAL` and `- PROCESS_GROUP` from standard input. When the input
ends with groups still on the list, the parent has died without cleaning up (kill -9): each group
gets its signal, newest first, and after ten seconds SIGKILL.
"""

import contextlib
import os
import signal
import sys
import time

_GRACE = 10.0


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _end(groups: dict[int, int]) -> None:
    for group, number in reversed(groups.items()):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
    deadline = time.monotonic() + _GRACE
    while time.monotonic() < deadline and any(map(_alive, groups)):
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Keep the list until standard input ends, then end what is left on it."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        sign, group, *number = line.split()
        if sign == "+":
            groups[int(group)] = int(number[0])
        else:
            groups.pop(int(group), None)
    _end(groups)


if __name__ == "__main__":
    main()
