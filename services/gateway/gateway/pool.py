"""Connections to one service, bounded in number, in waiting and in time (decision 5).

One service that hangs cannot starve the others.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import hdrs
from multidict import CIMultiDict
from yarl import URL

from gateway.lanes import Lane
from gateway.replicas import Replica, Replicas, Resolve, resolve
from shared.errors import Unavailable

CONNECT_SECONDS = 1.2
"""Enough for one lost packet: TCP asks again after a second."""
IDLE_SECONDS = 15.0
"""Below the 75 s after which a service closes a connection, so that the two do not cross."""
ANSWER_BYTES = 8 * 1024 * 1024

_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_PASSED = (
    hdrs.CONTENT_TYPE, hdrs.CACHE_CONTROL, hdrs.RETRY_AFTER, hdrs.WWW_AUTHENTICATE, hdrs.LOCATION,
    hdrs.ALLOW, hdrs.CONTENT_DISPOSITION, hdrs.CONTENT_LANGUAGE, hdrs.ETAG, hdrs.LAST_MODIFIED,
)  # fmt: skip
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reply:
    """A service's answer, unchanged; only the headers that are a client's business."""

    status: int
    headers: CIMultiDict[str]
    body: bytes


class Pool:
    """The way to one service: `places` requests under way, of which half may be `costly`.

    What hashes a password waits seconds for its turn in a flood of log-ins. Would it hold every
    place meanwhile, nobody could use the service for anything else.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        replicas: Replicas,
        places: int,
        passed: tuple[str, ...] = _PASSED,
    ) -> None:
        self.replicas = replicas
        self._passed = passed
        self._host = replicas.host_header
        self._session = session
        self._lane = Lane(places)
        self._costly = Lane(max(1, places // 2))

    async def send(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        *,
        seconds: float,
        costly: bool = False,
    ) -> Reply:
        """The answer to `method target` (path and query as they are sent); adds Host to `headers`.

        Raises Unavailable when there is no answer within `seconds`, no connection, or no place.
        """
        headers[hdrs.HOST] = self._host
        try:
            async with asyncio.timeout(seconds), AsyncExitStack() as lanes:
                if costly:
                    await lanes.enter_async_context(self._costly.place())
                await lanes.enter_async_context(self._lane.place())
                return await self._any(method, target, headers, body)
        except TimeoutError:
            raise Unavailable from None

    async def answers(self, target: str, seconds: float) -> bool:
        """Whether a GET succeeds, past the queue: for health."""
        headers = CIMultiDict({hdrs.HOST: self._host, hdrs.ACCEPT: "*/*"})
        async with asyncio.timeout(seconds):
            reply = await self._any("GET", target, headers, None)
        return reply.status == 200  # noqa: PLR2004  # OK

    async def _any(
        self, method: str, target: str, headers: CIMultiDict[str], body: bytes | None
    ) -> Reply:
        """Asks the best replica; another one only if nothing was sent, or it is a GET."""
        candidates = self.replicas.best_first()
        if method == "GET" and len(candidates) == 1:
            # A kept connection may have been closed just now; reading once more harms nothing.
            candidates *= 2
        for replica in candidates:
            try:
                return await self._one(replica, method, target, headers, body)
            except _NOT_SENT:
                replica.set_aside()
                if len(set(candidates)) == 1:
                    break
            except aiohttp.ClientError as error:
                _log.warning("service_broke_off", error=type(error).__name__, method=method)
                if method != "GET":
                    break
        raise Unavailable

    async def _one(
        self,
        replica: Replica,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
    ) -> Reply:
        replica.under_way += 1
        replica.served += 1
        try:
            async with self._session.request(
                method,
                URL(replica.base + target, encoded=True),
                headers=headers,
                data=body,
                allow_redirects=False,
            ) as answer:
                if (answer.content_length or 0) > ANSWER_BYTES:
                    _log.error("answer_too_large", limit=ANSWER_BYTES)
                    raise Unavailable
                given = answer.headers
                passed = CIMultiDict(
                    (name, value) for name in self._passed for value in given.getall(name, ())
                )
                return Reply(answer.status, passed, await answer.read())
        except asyncio.CancelledError:
            replica.set_aside()
            raise
        finally:
            replica.under_way -= 1


@asynccontextmanager
async def open_pool(
    url: str, places: int, lookup: Resolve = resolve, *, passed: tuple[str, ...] = _PASSED
) -> AsyncIterator[Pool]:
    """A pool of its own connections; its replicas have been looked up once.

    `passed` names the headers of an answer that are a client's business.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0, keepalive_timeout=IDLE_SECONDS, use_dns_cache=False
        ),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )
    # aiohttp would send a PUT or DELETE again by itself after a broken connection.
    session._retry_connection = False  # noqa: SLF001  # there is no public switch
    async with session:
        replicas = Replicas(url, lookup)
        await replicas.look_up()
        yield Pool(session, replicas, places, passed)
