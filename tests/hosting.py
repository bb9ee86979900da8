"""One PostgreSQL and one RabbitMQ for a whole test run, however many processes it has.

The run's first process is their host: it starts a server when a test first asks for it, in whatever
process that test runs, and ends both with the run. Who asks sends a server's name to a Unix socket;
the answer is JSON: its addresses, or the fault that keeps it from starting.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from deploy.local.accounts import remove_data
from deploy.local.errors import CannotProvide
from deploy.local.external import ExternalServer
from deploy.local.postgres import postgres
from deploy.local.processes import Guard, guarded
from deploy.local.rabbitmq import rabbitmq
from deploy.local.server import Broker, Server

_POSTGRES = "SISA_TEST_POSTGRES_URL"
_RABBITMQ = ("SISA_TEST_AMQP_URL", "SISA_TEST_RABBITMQ_MANAGEMENT_URL")

_PREFIX, _HELD = "sisa-tests-", "held"
_MEMORY = Path("/dev/shm")  # noqa: S108  # nothing there is guessable: mkdtemp names it
_MEMORY_BYTES = 2 * 1024**3


class Host:
    """Keeps the servers in a thread of its own, whose event loop no test can hold up."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_memory()))
        self._held = (self.folder / _HELD).open("w")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        _sweep(self.folder.parent)
        # The servers' own accounts walk through it to their data.
        self.folder.chmod(0o711)
        self.socket = self.folder / "servers"
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="servers-of-tests")

    def start(self) -> None:
        """Returns when questions are answered; no server runs yet."""
        self._thread.start()
        self._open.wait()

    def end(self) -> None:
        """Returns when the servers have ended and all that the run left in its folder is gone."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        for path in self.folder.iterdir():
            if path.is_dir():
                remove_data(path)
        shutil.rmtree(self.folder)
        self._held.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        try:
            async with guarded() as guard:
                kept = self._kept(guard)
                door = await asyncio.start_unix_server(_answering(kept), self.socket)
                self.socket.chmod(0o600)
                self._open.set()
                await self._ending.wait()
                door.close()
                await asyncio.gather(*(one.end() for one in kept.values()))
        finally:
            self._open.set()

    def _kept(self, guard: Guard) -> dict[str, "_Kept"]:
        folder = self.folder
        return {
            "postgres": _Kept(lambda: postgres(folder / "postgres", guard, variable=_POSTGRES)),
            "rabbitmq": _Kept(lambda: brief_rabbitmq(folder / "rabbitmq", guard, _RABBITMQ)),
        }


def _memory() -> Path | None:
    """Linux's folder in memory, if there is room: a test's database is made there ten times sooner.

    The servers keep production's settings: each commit is synchronised, which costs nothing there.
    """
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _MEMORY_BYTES
    return _MEMORY if roomy and os.access(_MEMORY, os.W_OK) else None


def _sweep(parent: Path) -> None:
    """Removes what runs left behind that were killed: nobody holds their folders any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _HELD).open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def brief_rabbitmq(
    folder: Path, guard: Guard, variables: tuple[str, str] | None = None
) -> AsyncIterator[Broker]:
    """A RabbitMQ whose data nobody wants afterwards: killed, it is gone some seconds sooner."""
    async with rabbitmq(folder, guard, variables=variables) as broker:
        try:
            yield broker
        finally:
            # One that was named in the environment is not ours to end.
            with contextlib.suppress(CannotProvide):
                await broker.kill()


class _Kept:
    """A server from its first question to the end of the run, held by a task of its own."""

    def __init__(self, provide: Callable[[], AbstractAsyncContextManager[Server]]) -> None:
        self._provide = provide
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None

    async def answer(self) -> dict[str, str]:
        if self._task is None:
            self._task = asyncio.create_task(self._hold())
        return await asyncio.shield(self._answer)

    async def _hold(self) -> None:
        try:
            async with self._provide() as server:
                management_url = getattr(server, "management_url", "")
                self._answer.set_result({"url": server.url, "management_url": management_url})
                await asyncio.Event().wait()
        except Exception as fault:  # noqa: BLE001  # whatever it was, those who wait are told
            if not self._answer.done():
                self._answer.set_result({"fault": str(fault) or type(fault).__name__})

    async def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task


def _answering(
    kept: dict[str, _Kept],
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await reader.readline()).decode().strip()
        writer.write(json.dumps(await kept[name].answer()).encode())
        writer.close()

    return answer


async def ask(socket: Path, name: str) -> ExternalServer:
    """The server's addresses, once it runs; raises CannotProvide with the host's words."""
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(f"{name}\n".encode())
    answer = json.loads(await reader.read())
    writer.close()
    if "fault" in answer:
        raise CannotProvide(answer["fault"])
    return ExternalServer(**answer)
