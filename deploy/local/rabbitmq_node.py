"""A private RabbitMQ: own data folder, own ports, own Erlang name server."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local import probes
from deploy.local.accounts import Account, data_folder, give, server_account
from deploy.local.errors import CannotProvide, DiedEarly
from deploy.local.ports import free_ports
from deploy.local.processes import Child, Guard, spawn, tail
from deploy.local.rabbitmq_settings import (
    ADMINISTRATOR,
    OLDEST,
    Ports,
    configuration,
    environment,
)
from deploy.local.remembered import remembered, write_private

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0


@dataclass(slots=True)
class RabbitNode:
    """One data folder, the broker that serves it, and the name server (epmd) beside it.

    A quorum queue whose broker is killed within about ten seconds of its declaration can lose its
    leader for good on 3.10: tests that kill wait that long, or `stop` instead.
    """

    folder: Path
    program: Path
    name_server: Path
    account: Account
    guard: Guard
    password: str
    ports: Ports
    _broker: Child | None = None
    _names: Child | None = None

    @classmethod
    def prepare(cls, wanted: Path, program: Path, name_server: Path, guard: Guard) -> "RabbitNode":
        """Return a node on the folder, on new ports, with the data from before if there are any."""
        account = server_account("rabbitmq")
        folder = data_folder(wanted, account)
        password = remembered(folder / "administrator.password")
        ports = Ports(*free_ports(4))
        for name, text in configuration(ports, password).items():
            write_private(folder / name, text)
            give(folder / name, account)
        return cls(folder, program, name_server, account, guard, password, ports)

    @property
    def url(self) -> str:
        return f"amqp://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.ports.amqp}/"

    @property
    def management_url(self) -> str:
        return f"http://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.ports.management}"

    @property
    def pid(self) -> int:
        if self._broker is None:
            raise DiedEarly("RabbitMQ does not run")
        return self._broker.pid

    async def start(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        await self._start_names(deadline)
        self._broker = await self._spawn(self.program)
        while (version := await probes.rabbitmq_version(self.management_url)) is None:
            if not self._broker.running or time.monotonic() > deadline:
                await self.kill()
                raise DiedEarly(f"RabbitMQ did not start:\n{self._last_words()}")
            await asyncio.sleep(0.1)
        if version < OLDEST:
            await self.stop()
            raise CannotProvide(f"RabbitMQ 3.10 or newer is needed; {self.program} is older")

    async def _start_names(self, deadline: float) -> None:
        """Start the name server, in the foreground so that it is ours to end.

        It must answer before the broker starts, which else leaves one of its own behind.
        """
        while self._names is None:
            names = await self._spawn(
                self.name_server, "-address", "127.0.0.1", "-port", str(self.ports.names)
            )
            while names.running and self._names is None:
                self._names = names if await probes.listens(self.ports.names) else None
                await asyncio.sleep(0.02)
            if self._names is None and time.monotonic() > deadline:
                raise DiedEarly(f"epmd did not start:\n{self._last_words()}")

    async def ended(self) -> None:
        if self._broker is not None:
            await self._broker.process.wait()

    async def stop(self) -> None:
        for child in (self._broker, self._names):
            if child is not None:
                await child.end(_STOP_SECONDS)
        self._broker = self._names = None

    async def kill(self) -> None:
        for child in (self._broker, self._names):
            if child is not None:
                await child.kill()
        self._broker = self._names = None

    async def _spawn(self, *argv: str | Path) -> Child:
        return await spawn(
            argv,
            self.guard,
            log=self.folder / "console.log",
            env=environment(self.folder, self.ports),
            account=self.account,
        )

    def _last_words(self) -> str:
        logs = (self.folder / "console.log", self.folder / "log" / "rabbitmq.log")
        return "".join(tail(log) for log in logs)
