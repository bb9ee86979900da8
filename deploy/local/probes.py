"""Whether a server answers: asked of it by its own protocol, never read off its log."""

import asyncio
import re

import aiohttp
import asyncpg

_SECONDS = 5.0


async def postgres_answers(url: str) -> bool:
    """Whether a session can be opened there."""
    try:
        connection = await asyncpg.connect(url, timeout=_SECONDS, ssl=False)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    await connection.close()
    return True


async def rabbitmq_version(management_url: str) -> tuple[int, int] | None:
    """Return major and minor version once the broker has booted whole, None before.

    The management listener is the last thing a node opens; AMQP answers before it.
    """
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
            session.get(f"{management_url}/api/overview") as overview,
        ):
            version = (await overview.json())["rabbitmq_version"]
    except (aiohttp.ClientError, TimeoutError):
        return None
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None


async def http_ready(url: str) -> bool:
    """Whether the address answers 200."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            return response.status == 200  # noqa: PLR2004  # HTTP's own word for "well"
    except (aiohttp.ClientError, TimeoutError):
        return False


async def listens(port: int) -> bool:
    """Whether something accepts connections on a port of 127.0.0.1."""
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port), timeout=_SECONDS
        )
    except (OSError, TimeoutError):
        return False
    writer.close()
    await writer.wait_closed()
    return True
