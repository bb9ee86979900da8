"""Several things at once, where the first failure is the whole's and is told as itself."""

import asyncio
from collections.abc import Coroutine


async def together(*works: Coroutine[object, object, object]) -> None:
    """Wait for all; when one fails, cancel the others and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
