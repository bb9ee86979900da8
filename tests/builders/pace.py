"""How long a promised time may last where several test processes share the machine."""

import os

_PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))

ALONE = _PROCESSES == 1
"""Whether this run's tests have the machine to themselves."""


def within(seconds: float) -> float:
    """The seconds that were promised, times the processes that run tests at this moment.

    What one does in a second, N on the same cores do in up to N seconds. A test alone (`-n 0`, and
    every proof of `make prove`) is held to the promise itself.
    """
    return seconds * _PROCESSES
