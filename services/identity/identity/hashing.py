"""Hashing passwords off the loop: argon2id in as many threads as cores, and a queue that ends.

One hash takes 19 MiB and tens of milliseconds. On the loop forty of them would stall every request
for seconds; without an end to the queue a flood of log-ins would hold the honest ones up as long.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from identity.domain.passwords import comparable, generate
from shared.errors import TooMany
from shared.profile import HashCost, Profile

COST = HashCost(time_cost=2, memory_kib=19 * 1024, parallelism=1)
"""OWASP's first choice for argon2id."""
QUEUE_SECONDS = 2.0
_LEAST_WAITING = 8
_NEWEST_SHARE = 0.1

ResultT = TypeVar("ResultT")


class Passwords:
    """Hashes and verifies; `slot()` is the turn that a log-in waits for."""

    def __init__(self, cost: HashCost, executor: ThreadPoolExecutor, threads: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.time_cost,
            memory_cost=cost.memory_kib,
            parallelism=cost.parallelism,
        )
        self._executor = executor
        self._threads = threads
        self._slots = asyncio.Semaphore(threads)
        self._waiting = 0
        began = time.perf_counter()
        self._nobodys = self._hasher.hash(comparable(generate()))
        self._seconds = time.perf_counter() - began
        """What one turn takes, as of late: a busy machine has a shorter queue."""

    @property
    def most_waiting(self) -> int:
        """How many may wait: about two seconds' work."""
        return max(_LEAST_WAITING, int(QUEUE_SECONDS / self._seconds * self._threads))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator["Turn"]:
        """A turn at hashing; TooMany when two seconds are not enough to get one."""
        if self._waiting >= self.most_waiting:
            raise TooMany(int(QUEUE_SECONDS))
        self._waiting += 1
        try:
            try:
                async with asyncio.timeout(QUEUE_SECONDS):
                    await self._slots.acquire()
            except TimeoutError:
                raise TooMany(int(QUEUE_SECONDS)) from None
            try:
                began = time.perf_counter()
                yield Turn(self._hasher, self._executor, self._nobodys)
                taken = time.perf_counter() - began
                self._seconds += (taken - self._seconds) * _NEWEST_SHARE
            finally:
                self._slots.release()
        finally:
            self._waiting -= 1

    async def hash(self, password: str) -> str:
        """The hash to store, in PHC format."""
        async with self.slot() as turn:
            return await turn.hash(password)


class Turn:
    """What may be done while it is one's turn."""

    def __init__(self, hasher: PasswordHasher, executor: ThreadPoolExecutor, nobodys: str) -> None:
        self._hasher = hasher
        self._executor = executor
        self._nobodys = nobodys

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(comparable(password)))

    async def matches(self, held: str | None, password: str) -> bool:
        """Whether it is the password of this hash; without one, the same work and False."""

        def verified() -> bool:
            try:
                return self._hasher.verify(held or self._nobodys, comparable(password))
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(verified) and held is not None

    def outdated(self, held: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(held)

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


@asynccontextmanager
async def open_passwords(profile: Profile, environment: str) -> AsyncIterator[Passwords]:
    """A hasher for the process; only a demo outside production hashes at a lower cost."""
    demo = environment != "production" and profile.demo and profile.demo_hash_cost is not None
    cost = profile.demo_hash_cost if demo and profile.demo_hash_cost else COST
    threads = os.cpu_count() or 1
    executor = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
    try:
        yield Passwords(cost, executor, threads)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
