"""Makes documents in a fixed number of processes: bounded in time and memory, off the event loop.

A process of our own on a pipe, not ProcessPoolExecutor: its one hung worker can't be ended alone,
and its workers outlive a parent that was killed.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import structlog

from clinical_records.document.keys import KeySource, KeyUnusable
from clinical_records.document.paper import Paper
from clinical_records.document.sealing import Certificate
from clinical_records.document.worker import Failed, Reply, Sealed, serve

SECONDS = 20.0
"""For one document, the first one of a new process included (it imports what it needs)."""
PAPERS = 500
"""After so many a process is replaced, whatever it may have kept in memory."""

_log = structlog.get_logger()


class NotMade(Exception):
    """There is no document; the text is a static word for logs."""


@dataclass(slots=True)
class _Worker:
    """One process at a time, started when first asked; used by one thread at a time."""

    source: KeySource
    production: bool
    seconds: float
    _process: BaseProcess | None = None
    _pipe: Connection | None = None
    _made: int = 0

    def ask(self, paper: Paper | None) -> Reply:
        """The process's reply. Raises NotMade when it died or took too long, and is ended."""
        pipe = self._started()
        try:
            pipe.send(paper)
            reply: Reply | None = pipe.recv() if pipe.poll(self.seconds) else None
        except (EOFError, OSError) as error:
            self.end()
            raise NotMade("worker-died") from error
        if reply is None:
            self.end()
            raise NotMade("timed-out")
        self._made += 1
        if self._made >= PAPERS:
            self.end()
        return reply

    def end(self) -> None:
        """Kills the process, whatever it does; the next question starts another."""
        process, pipe = self._process, self._pipe
        self._process, self._pipe, self._made = None, None, 0
        if process is not None and process.pid is not None:
            process.kill()
            process.join()
            process.close()
        if pipe is not None:
            pipe.close()

    def kill(self) -> None:
        """Kills the process under the thread that waits for it, which then gets NotMade."""
        process = self._process
        if process is not None:
            process.kill()

    def _started(self) -> Connection:
        if self._pipe is None:
            context = get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serve, args=(theirs, self.source, self.production), daemon=True
            )
            process.start()
            # Our copy of the worker's end is closed, so that its death is the end of the pipe.
            theirs.close()
            self._process, self._pipe = process, ours
        return self._pipe


@dataclass(slots=True)
class Press:
    """`workers` documents at a time; more wait their turn."""

    workers: list[_Worker]
    _idle: asyncio.Queue[_Worker] = field(default_factory=asyncio.Queue)
    _threads: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(len(self.workers), thread_name_prefix="press")
        for worker in self.workers:
            self._idle.put_nowait(worker)

    async def certificate(self) -> Certificate:
        """What would seal now. Raises KeyUnusable, NotMade."""
        reply = await self._ask(None)
        if not isinstance(reply, Certificate):
            raise NotMade("no-certificate")
        return reply

    async def make(self, paper: Paper) -> Sealed:
        """The sealed document. Raises KeyUnusable, NotMade."""
        reply = await self._ask(paper)
        if not isinstance(reply, Sealed):
            raise NotMade("no-document")
        return reply

    async def _ask(self, paper: Paper | None) -> Reply:
        worker = await self._idle.get()
        asking = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, paper)
        # Cancelled or not, the worker is idle only when its thread has returned.
        asking.add_done_callback(lambda done: self._returned(worker, done))
        reply = await asyncio.shield(asking)
        if isinstance(reply, Failed):
            raise KeyUnusable(reply.reason) if reply.key else NotMade(reply.reason)
        return reply

    def _returned(self, worker: _Worker, done: asyncio.Future[Reply]) -> None:
        self._idle.put_nowait(worker)
        if not done.cancelled():
            # Read here, so that a failure nobody waits for any more is not logged as forgotten.
            done.exception()

    def close(self) -> None:
        """Ends every process now; who still waits gets NotMade."""
        for worker in self.workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self.workers:
            worker.end()


@asynccontextmanager
async def open_press(
    source: KeySource, *, production: bool, workers: int, seconds: float = SECONDS
) -> AsyncIterator[Press]:
    """A press for the time of the block; its processes start with the first document."""
    press = Press([_Worker(source, production, seconds) for _ in range(workers)])
    try:
        yield press
    finally:
        await asyncio.to_thread(press.close)
