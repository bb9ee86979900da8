"""The invariants by name, and the check of all of them on one snapshot."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from .answers import b4, b5
from .bookings import b6, b7
from .journal import Line
from .places import b1, b2, b3, b9
from .run import Connection, Run
from .sanctions import b8

Invariant = Callable[[Run], Awaitable[list[str]]]

INVARIANTS: Mapping[str, Invariant] = {
    "B1": b1, "B2": b2, "B3": b3, "B4": b4, "B5": b5, "B6": b6, "B7": b7, "B8": b8, "B9": b9,
}  # fmt: skip


async def check(
    connection: Connection, *, journal: Sequence[Line] = (), slack: timedelta = timedelta(0)
) -> dict[str, list[str]]:
    """The offenders against each invariant, by its name; empty lists where it holds."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await offenders(Run(connection, journal, slack))


async def offenders(run: Run) -> dict[str, list[str]]:
    """As `check`, in whatever transaction the connection is in."""
    return {name: await invariant(run) for name, invariant in INVARIANTS.items()}
