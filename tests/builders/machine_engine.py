"""What a hypothesis machine needs to call coroutines: a loop of its own, and a database in it."""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncpg
from databases import Database as Made

from shared.database import Database, open_database

ResultT = TypeVar("ResultT")


@dataclass(slots=True)
class Engine:
    """A loop, a database and its owner for all the machines of a test, and what they counted."""

    runner: asyncio.Runner
    database: Database
    owner: asyncpg.Connection
    towns: int = 0
    checks: int = 0
    violations: list[str] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        return self.runner.run(work)


@contextlib.contextmanager
def engine(made: Made) -> Iterator[Engine]:
    """Its own loop: hypothesis runs machines in plain functions, outside the tests' loop."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        stack = contextlib.AsyncExitStack()

        async def opened() -> Engine:
            database = await stack.enter_async_context(
                open_database(made.app_url, name="test", size=6)
            )
            owner = await asyncpg.connect(made.owner_url)
            stack.push_async_callback(owner.close)
            return Engine(runner, database, owner)

        started = runner.run(opened())
        try:
            yield started
        finally:
            runner.run(stack.aclose())
