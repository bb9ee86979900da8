"""Runs the processes together: started in order, kept alive, ended in reverse."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from deploy.local import probes
from deploy.local.console import Console
from deploy.local.errors import DiedEarly
from deploy.local.follow import follow
from deploy.local.processes import GRACE, Child, Guard, spawn, tail
from deploy.local.server import Server
from deploy.local.together import together

_LOOK = 0.1
_PAUSE = 0.5
FALLS = 5
FALLS_SECONDS = 60.0
"""A process that falls more often than that will not be helped by another start."""


class ProgramDied(Exception):
    """A process keeps ending although nobody asks it to."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to run; it is ready when `ready_url` answers 200 within `deadline` seconds."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    ready_url: str
    deadline: float = 60.0


@dataclass(slots=True)
class Supervisor:
    """The running processes, in the order of their start."""

    guard: Guard
    logs: Path
    console: Console
    _programs: dict[str, Program] = field(default_factory=dict)
    _children: dict[str, Child] = field(default_factory=dict)
    _followers: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self._children.items()}

    def log(self, name: str) -> Path:
        """Return the file that holds the process's log since its start."""
        return self.logs / f"{name}.log"

    async def start(self, *programs: Program) -> None:
        """Start the processes and wait until all are ready.

        Raises `DiedEarly` with the last log of one that ended or was not ready in its time.
        """
        for program in programs:
            log = self.log(program.name)
            log.unlink(missing_ok=True)
            self._programs[program.name] = program
            self._children[program.name] = await spawn(
                program.argv, self.guard, log=log, env=program.env
            )
            self._followers.append(asyncio.create_task(follow(log, program.name, self.console)))
        await together(*(self._ready(program) for program in programs))

    async def _ready(self, program: Program) -> None:
        deadline = time.monotonic() + program.deadline
        while not await probes.http_ready(program.ready_url):
            if not self._children[program.name].running:
                raise DiedEarly(f"{program.name} ended:\n{tail(self.log(program.name))}")
            if time.monotonic() > deadline:
                raise DiedEarly(
                    f"{program.name} was not ready after {program.deadline:.0f} s:\n"
                    f"{tail(self.log(program.name))}"
                )
            await asyncio.sleep(_LOOK)

    def assert_running(self) -> None:
        """Raises `DiedEarly` if one ended after it seemed ready: another's port had answered."""
        for name, child in self._children.items():
            if not child.running:
                raise DiedEarly(f"{name} ended:\n{tail(self.log(name))}")

    async def watch(self, servers: Mapping[str, Server], changed: Callable[[], None]) -> NoReturn:
        """Starts again whatever ends, a process or a server, and calls `changed` when it is ready.

        Raises `ProgramDied` for one that ends FALLS times within FALLS_SECONDS, and `DiedEarly` for
        one that does not become ready again.
        """
        watching = [self._keep(name, changed) for name in self._children]
        watching += [self._keep_server(name, one) for name, one in servers.items()]
        await together(*watching)
        raise ProgramDied("nothing is left to watch")

    async def _keep(self, name: str, changed: Callable[[], None]) -> None:
        falls: list[float] = []
        while True:
            await self._children[name].process.wait()
            self._fell(name, falls)
            await asyncio.sleep(_PAUSE * len(falls))
            program = self._programs[name]
            log = self.log(name)
            self._children[name] = await spawn(program.argv, self.guard, log=log, env=program.env)
            await self._ready(program)
            self.console.say(f"{name} is back")
            changed()

    async def _keep_server(self, name: str, server: Server) -> None:
        falls: list[float] = []
        while True:
            await server.ended()
            self._fell(name, falls)
            await asyncio.sleep(_PAUSE * len(falls))
            await server.start()
            self.console.say(f"{name} is back")

    def _fell(self, name: str, falls: list[float]) -> None:
        now = time.monotonic()
        falls[:] = [fall for fall in falls if fall > now - FALLS_SECONDS] + [now]
        self.console.say(f"{name} ended by itself: it is started again")
        if len(falls) > FALLS:
            raise ProgramDied(f"{name} ended {len(falls)} times in a minute, so all is ended")

    async def stop(self) -> None:
        """End all, newest first: each is asked, and killed with its group after ten seconds."""
        for child in reversed(self._children.values()):
            await child.end(GRACE)
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)


@contextlib.asynccontextmanager
async def supervised(guard: Guard, logs: Path, console: Console) -> AsyncIterator[Supervisor]:
    """Give a supervisor whose processes end, however the block does."""
    supervisor = Supervisor(guard, logs, console)
    try:
        yield supervisor
    finally:
        await supervisor.stop()
