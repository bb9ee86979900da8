"""What a check is given, and how the offenders of a statement are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from .journal import Line

Connection = asyncpg.Connection | PoolConnectionProxy


@dataclass(frozen=True, slots=True)
class Run:
    """A scheduling database at rest and what its clients wrote down.

    `slack` is how far the order of commits may differ from that of the instants in the rows:
    nothing where operations came one by one, a request's budget where they came at once.
    """

    connection: Connection
    journal: Sequence[Line] = field(default=())
    slack: timedelta = timedelta(0)

    async def offenders(self, statement: str, *arguments: object) -> list[str]:
        """The first column of every row: the statement selects what should not be."""
        return [str(row[0]) for row in await self.connection.fetch(statement, *arguments)]
