"""Long tasks under supervision: one that dies is logged and started again (decision 8)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

PAUSE_SECONDS = (0.5, 30.0)
STEADY_SECONDS = 60.0
"""A task that lived this long has recovered: its next pause is the first one again."""
GRACE_SECONDS = 6.0

_log = structlog.get_logger()


@dataclass(slots=True)
class Supervisor:
    """Keeps long tasks alive until it is closed. Use it as `async with supervisor() as ...`."""

    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _stops: list[Callable[[], None]] = field(default_factory=list)
    _closing: bool = False

    def start(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        *,
        stop: Callable[[], None] | None = None,
    ) -> None:
        """Runs `work()` and again whenever it raises.

        `stop` asks it to finish what it has in hand and return; a task without one is cancelled.
        A task that returns unasked is started again too: long tasks have no end of their own.
        """
        if stop is not None:
            self._stops.append(stop)
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)
        if stop is None:
            self._stops.append(self._tasks[name].cancel)  # type: ignore[arg-type]  # its answer is unneeded

    @property
    def alive(self) -> dict[str, bool]:
        """Which tasks still have a keeper; all, while the process is healthy."""
        return {name: not task.done() for name, task in self._tasks.items()}

    async def close(self) -> None:
        """Asks every task to stop, waits GRACE_SECONDS, cancels what is left."""
        self._closing = True
        for stop in self._stops:
            stop()
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks.values(), timeout=GRACE_SECONDS)
        for task in late:
            _log.warning("task_cancelled_late", task=task.get_name())
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        first, longest = PAUSE_SECONDS
        pause = first
        loop = asyncio.get_running_loop()
        while not self._closing:
            began = loop.time()
            try:
                await work()
            except asyncio.CancelledError:
                # Libraries raise it for their own reasons too; only a request ends the task.
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                _log.error("task_died", task=name, error="CancelledError")
            except Exception:  # noqa: BLE001  # the loop that outlives every failure, and tells it
                _log.exception("task_died", task=name)
            else:
                if self._closing:
                    return
                _log.error("task_died", task=name, error="returned")
            pause = first if loop.time() - began > STEADY_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)


@asynccontextmanager
async def supervisor() -> AsyncIterator[Supervisor]:
    """A supervisor for the time of the block."""
    keeper = Supervisor()
    try:
        yield keeper
    finally:
        await keeper.close()
