"""Starting and ending programs, each the leader of a process group of its own."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from deploy.local import guardian
from deploy.local.accounts import Account

GRACE = 10.0
_TAIL_BYTES = 4_000


class Guard:
    """The parent's end of the guardian's list of process groups."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def _write(self, line: str) -> None:
        # A guardian that somebody killed must not keep its parent from ending the rest.
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(line.encode())

    def add(self, group: int, number: int) -> None:
        """Have the group ended by this signal if the parent dies."""
        self._write(f"+ {group} {number}\n")

    def remove(self, group: int) -> None:
        """Forget a group that has ended."""
        self._write(f"- {group}\n")


@contextlib.asynccontextmanager
async def guarded() -> AsyncIterator[Guard]:
    """Run a guardian beside the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", guardian.__file__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
    )
    try:
        yield Guard(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


@dataclass(slots=True)
class Child:
    """A running program; `soft` is the signal that asks it to end."""

    process: asyncio.subprocess.Process
    guard: Guard
    soft: signal.Signals = signal.SIGTERM

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    async def end(self, grace: float = GRACE) -> int:
        """Ask the group to end, kill it after `grace` seconds; return the exit status."""
        if self.running:
            self._signal(self.soft)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), grace)
        return await self.kill()

    async def kill(self) -> int:
        """Kill the whole group at once; return the exit status of its leader."""
        self._signal(signal.SIGKILL)
        status = await self.process.wait()
        self.guard.remove(self.process.pid)
        return status


async def spawn(
    argv: Sequence[str | Path],
    guard: Guard,
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    soft: signal.Signals = signal.SIGTERM,
) -> Child:
    """Start a program whose output goes to the end of the log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=env,
            **_identity(account),
        )
    guard.add(process.pid, soft)
    return Child(process, guard, soft)


async def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    cwd: Path | str = "/",
) -> tuple[int, str]:
    """Run a program to its end; return its exit status and all it printed."""
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        cwd=cwd,
        env=env,
        **_identity(account),
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise
    return process.returncode or 0, output.decode(errors="replace")


class _Identity(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[str | int] | None


def _identity(account: Account | None) -> _Identity:
    """Return whom the program is to run as; None is the caller's own identity."""
    if account is None or not account.switch:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def tail(log: Path) -> str:
    """Return the end of a log file, for an error's text."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace")
