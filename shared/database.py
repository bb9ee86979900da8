"""The only way to a connection: bounded acquire, bounded work, a stuck one is terminated.

asyncpg's own timeouts don't bound a network fault: cancelling a query opens a new connection to the
same hung server and waits for it. So a timer terminates the connection itself (decision 7).
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from shared.budget import remaining
from shared.errors import Unavailable

Transaction = PoolConnectionProxy
"""A connection inside a transaction; repository functions take one."""

ResultT = TypeVar("ResultT")

ACQUIRE_SECONDS = 1.0
WORK_SECONDS = 3.0
RELEASE_SECONDS = 1.0

GONE: tuple[type[BaseException], ...] = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    OSError,
    TimeoutError,
)
"""The server or the way to it is away; whether the last COMMIT happened is unknown."""

CONTENDED: tuple[type[BaseException], ...] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
"""PostgreSQL rolled back because others were in the way: 40001, 40P01, 55P03."""

EXHAUSTED: tuple[type[BaseException], ...] = (
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
)
"""Too slow, or out of disk, memory or connections: 57014 and class 53."""

_log = structlog.get_logger()


class UnsafeServer(Exception):
    """The server would acknowledge what it may lose: fsync or synchronous_commit is off."""


async def _keep(_connection: object) -> None:
    """Nothing is set on a connection but by server settings, so there is nothing to reset."""


class Database:
    """A bounded pool. Use `transaction()` for work, `connection()` for one lone statement."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._listeners: list[Callable[[], None]] = []

    def on_commit(self, listener: Callable[[], None]) -> None:
        """`listener` is called in-process after every commit; it wakes the relay."""
        self._listeners.append(listener)

    def committed(self) -> None:
        """Tells the listeners; call it after a lone statement that added to the outbox."""
        for listener in self._listeners:
            listener()

    @asynccontextmanager
    async def connection(self, seconds: float = WORK_SECONDS) -> AsyncIterator[Transaction]:
        """A connection for at most `seconds`, less when the request's budget is smaller.

        Raises Unavailable when none is free in a second or the server can't be reached.
        """
        allowed = remaining(seconds)
        try:
            connection = await self._pool.acquire(timeout=remaining(ACQUIRE_SECONDS))
        except GONE as error:
            _log.warning("connection_not_acquired", error=type(error).__name__)
            raise Unavailable from error
        watchdog = asyncio.get_running_loop().call_later(allowed, connection.terminate)
        try:
            yield connection
        finally:
            watchdog.cancel()
            await self._release(connection)

    async def _release(self, connection: Transaction) -> None:
        # A release that hangs or fails must neither hide the work's own result nor leak the
        # place in the pool: asyncpg frees the place before it raises.
        try:
            await self._pool.release(connection, timeout=RELEASE_SECONDS)
        except GONE as error:
            _log.warning("connection_not_released", error=type(error).__name__)

    @asynccontextmanager
    async def transaction(self, seconds: float = WORK_SECONDS) -> AsyncIterator[Transaction]:
        """A READ COMMITTED transaction: commits when the block ends, rolls back when it raises."""
        async with self.connection(seconds) as connection, connection.transaction():
            yield connection
        self.committed()

    async def retrying(self, work: Callable[[], Awaitable[ResultT]], *, tries: int = 5) -> ResultT:
        """Runs idempotent work again when others were in the way or the connection was dead.

        At most `tries` times within the request's budget, then Unavailable. Only work that may
        happen twice belongs here: a COMMIT that got no answer may have happened.
        """
        for attempt in range(1, tries + 1):
            try:
                return await work()
            except (*CONTENDED, *GONE) as error:
                _log.info("work_repeated", attempt=attempt, error=type(error).__name__)
                if attempt == tries:
                    raise Unavailable from error
                remaining(1.0)
                await asyncio.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**attempt)  # noqa: S311  # jitter
        raise Unavailable

    @property
    def pool(self) -> asyncpg.Pool:
        """For figures only; work goes through `transaction` and `connection`."""
        return self._pool


def server_settings(name: str) -> dict[str, str]:
    """Limits the server itself keeps, in milliseconds: they survive any client fault."""
    return {
        "application_name": name,
        "statement_timeout": "2500",
        "lock_timeout": "1000",
        "idle_in_transaction_session_timeout": "10000",
        "timezone": "UTC",
        "jit": "off",
    }


async def assert_durable(connection: asyncpg.Connection | Transaction) -> None:
    """Raises UnsafeServer unless what the server acknowledges survives a crash (decision 11)."""
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        value = await connection.fetchval("SELECT current_setting($1)", name)
        if value in {"off", "false", "no", "0"}:
            raise UnsafeServer(f"{name} is off")


@asynccontextmanager
async def open_database(dsn: str, *, name: str, size: int) -> AsyncIterator[Database]:
    """A pool of up to `size` connections; waits for a server that isn't up yet, however long."""
    pool = await _connect(dsn, name, size)
    try:
        database = Database(pool)
        async with database.connection() as connection:
            await assert_durable(connection)
        yield database
    finally:
        try:
            async with asyncio.timeout(2.0):
                await pool.close()
        except TimeoutError:
            pool.terminate()


async def _connect(dsn: str, name: str, size: int) -> asyncpg.Pool:
    while True:
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                timeout=2.0,
                command_timeout=WORK_SECONDS,
                server_settings=server_settings(name),
                reset=_keep,
                max_inactive_connection_lifetime=0,
            )
        except GONE as error:
            _log.warning("database_awaited", error=type(error).__name__)
            await asyncio.sleep(1.0)
