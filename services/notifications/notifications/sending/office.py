"""The mail office: wakes as many lanes as there is work for, and closes them in good order."""

import asyncio
from collections.abc import Sequence

import structlog

from notifications.repository.claims import count_due
from notifications.sending.lane import BATCH, Lane
from notifications.sending.settler import DATABASE_AWAY, Settler
from shared.clock import Clock
from shared.database import Database

POLL_SECONDS = 1.0
GATHER_SECONDS = 0.01
IN_HAND_SECONDS = 4.0
SETTLE_SECONDS = 1.5

_log = structlog.get_logger()


class Office:
    """Several may run at once, in one process or many: what one has claimed is its alone."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settler: Settler,
        lanes: Sequence[Lane],
        stopping: asyncio.Event,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settler = settler
        self._lanes = lanes
        self._stopping = stopping
        self._woken = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        database.on_commit(self._woken.set)

    def stop(self) -> None:
        """Asks `run` to end the mails in hand, give the others back and return."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Sends what is due until `stop`; a supervised task."""
        try:
            async with asyncio.TaskGroup() as group:
                settling = group.create_task(self._settler.run())
                while not self._stopping.is_set():
                    await self._woken_or_time()
                    await self._dispatch(group)
                await self._wind_down()
                settling.cancel()
        finally:
            for lane in self._lanes:
                await lane.close()

    async def _woken_or_time(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
            # What was queued together is seen together.
            await asyncio.sleep(GATHER_SECONDS)
        except TimeoutError:
            for number, lane in enumerate(self._lanes):
                if number not in self._busy:
                    await lane.rest()
        self._woken.clear()

    async def _dispatch(self, group: asyncio.TaskGroup) -> None:
        idle = [number for number in range(len(self._lanes)) if number not in self._busy]
        if not idle or self._stopping.is_set():
            return
        due = await self._due(len(idle) * BATCH)
        for number in idle[: -(-due // BATCH)]:
            self._busy[number] = group.create_task(self._drain(number))

    async def _due(self, at_most: int) -> int:
        try:
            async with self._database.connection() as connection:
                return await count_due(connection, self._clock(), at_most)
        except DATABASE_AWAY as error:
            _log.warning("mails_not_counted", error=type(error).__name__)
            return 0

    async def _drain(self, number: int) -> None:
        try:
            await self._lanes[number].drain()
        except DATABASE_AWAY as error:
            _log.warning("mails_not_claimed", error=type(error).__name__)
        finally:
            del self._busy[number]

    async def _wind_down(self) -> None:
        # A lane that waits for the server holds no mail: there is nothing to wait for.
        for number, task in self._busy.items():
            if not self._lanes[number].sending:
                task.cancel()
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=IN_HAND_SECONDS)
            for task in late:
                task.cancel()
        if not await self._settler.settled(SETTLE_SECONDS):
            _log.warning("mail_settlements_left")
