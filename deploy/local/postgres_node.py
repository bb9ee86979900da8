"""A private PostgreSQL: own data folder, own port, production's durability."""

import asyncio
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local import probes
from deploy.local.accounts import Account, data_folder, give, server_account
from deploy.local.errors import CannotProvide, DiedEarly
from deploy.local.ports import free_port
from deploy.local.postgres_settings import ADMINISTRATOR, SETTINGS, arguments
from deploy.local.processes import Child, Guard, run, spawn, tail
from deploy.local.remembered import remembered, write_private

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(slots=True)
class PostgresNode:
    """One data folder and the process that serves it."""

    folder: Path
    binaries: Path
    account: Account
    guard: Guard
    password: str
    port: int
    _child: Child | None = None

    @classmethod
    async def prepare(cls, wanted: Path, binaries: Path, guard: Guard) -> "PostgresNode":
        """Return a node on the folder, whose data are made now or are there from before."""
        account = server_account("postgres")
        folder = data_folder(wanted, account)
        password = remembered(folder / "superuser.password")
        node = cls(folder, binaries, account, guard, password, free_port())
        if not (node._data / "PG_VERSION").exists():
            await node._create()
        return node

    @property
    def url(self) -> str:
        return f"postgresql://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def pid(self) -> int:
        if self._child is None:
            raise DiedEarly("PostgreSQL does not run")
        return self._child.pid

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)}

    async def _create(self) -> None:
        secret = self.folder / "initdb.password"
        write_private(secret, self.password)
        give(secret, self.account)
        # A `LC_CTYPE` that knows Ñ; the order of letters is asked for where a list is shown.
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        status, output = await run(
            [
                *(self.binaries / "initdb", "--pgdata", self._data, "--username", ADMINISTRATOR),
                *("--pwfile", secret, "--auth", "scram-sha-256", "--encoding", "UTF8"),
                *("--locale", locale),
            ],
            env=self._environment,
            account=self.account,
        )
        secret.unlink()
        if status != 0:
            raise CannotProvide(f"initdb failed with status {status}:\n{output}")

    async def start(self) -> None:
        # No Unix socket: its path has a length limit that a deep checkout exceeds.
        settings = SETTINGS | {"port": str(self.port), "unix_socket_directories": ""}
        deadline = time.monotonic() + _START_SECONDS
        while True:
            child = await spawn(
                [self.binaries / "postgres", "-D", self._data, *arguments(settings)],
                self.guard,
                log=self._log,
                env=self._environment,
                account=self.account,
                soft=signal.SIGINT,  # "fast": open sessions are ended, the data are written
            )
            self._child = child
            if await self._answers(child, deadline):
                return
            await child.kill()
            # After a kill the last of the old sessions may still be on its way out.
            lingering = "pre-existing shared memory block" in tail(self._log)
            if not lingering or time.monotonic() > deadline:
                self._child = None
                raise DiedEarly(f"PostgreSQL did not start:\n{tail(self._log)}")
            await asyncio.sleep(0.2)

    async def _answers(self, child: Child, deadline: float) -> bool:
        """Wait until the child answers; False when it has ended or the time is over."""
        while child.running and time.monotonic() < deadline:
            if await probes.postgres_answers(self.url):
                return True
            await asyncio.sleep(0.05)
        return False

    async def ended(self) -> None:
        if self._child is not None:
            await self._child.process.wait()

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.end(_STOP_SECONDS)
            self._child = None

    async def kill(self) -> None:
        if self._child is not None:
            # Each session is a process group of its own and goes when it sees its parent gone.
            await self._child.kill()
            self._child = None


async def major_version(binaries: Path) -> int:
    """Return the major version of a PostgreSQL, 0 when it says none."""
    _, output = await run([binaries / "postgres", "--version"])
    found = re.search(r"\(PostgreSQL\) (\d+)", output)
    return int(found[1]) if found else 0
