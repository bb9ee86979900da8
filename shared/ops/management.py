"""The broker's management API, as little of it as the topology needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import aiohttp

_SECONDS = 20.0
_NOT_FOUND = 404


class ManagementRefused(Exception):
    """The broker's management API answered with an error; the text says to what."""


class Management:
    """One virtual host as the management API shows it."""

    def __init__(self, session: aiohttp.ClientSession, vhost: str, login: str) -> None:
        self._session = session
        self.vhost = vhost
        self.login = login

    async def get(self, *path: str) -> Any:
        """The JSON of a resource, or None where there is none."""
        async with self._session.get(_path(path)) as response:
            if response.status == _NOT_FOUND:
                return None
            await _check(response)
            return await response.json()

    async def put(self, *path: str, **body: Any) -> None:
        async with self._session.put(_path(path), json=body) as response:
            await _check(response)

    async def post(self, *path: str, **body: Any) -> None:
        async with self._session.post(_path(path), json=body) as response:
            await _check(response)

    async def delete(self, *path: str) -> None:
        async with self._session.delete(_path(path)) as response:
            if response.status != _NOT_FOUND:
                await _check(response)

    async def version(self) -> tuple[int, int]:
        overview = await self.get("overview")
        major, minor = str(overview["rabbitmq_version"]).split(".")[:2]
        return int(major), int(minor)


@asynccontextmanager
async def management(url: str, vhost: str) -> AsyncIterator[Management]:
    """The API at a URL that carries an administrator's login and no path."""
    parts = urlsplit(url)
    login = unquote(parts.username or "")
    base = f"{parts.scheme}://{parts.hostname}:{parts.port}"
    credentials = aiohttp.encode_basic_auth(login, unquote(parts.password or ""))
    async with aiohttp.ClientSession(
        base,
        headers={"Authorization": credentials},
        timeout=aiohttp.ClientTimeout(total=_SECONDS),
    ) as session:
        yield Management(session, vhost, login)


def _path(parts: tuple[str, ...]) -> str:
    # A virtual host is often "/", which must reach the server as %2F.
    return "/api/" + "/".join(quote(part, safe="") for part in parts)


async def _check(response: aiohttp.ClientResponse) -> None:
    if not response.ok:
        reason = (await response.text())[:200]
        raise ManagementRefused(
            f"{response.method} {response.url.path}: {response.status} {reason}"
        )
