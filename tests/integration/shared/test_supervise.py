"""Long tasks: a dead one lives again, and all end when the process does."""

import asyncio

from builders.messaging import until

from shared.supervise import supervisor


async def test_a_task_that_dies_is_started_again() -> None:
    lives: list[str] = []

    async def dies_thrice() -> None:
        lives.append("born")
        if len(lives) == 1:
            raise KeyError
        if len(lives) == 2:
            raise asyncio.CancelledError  # as a library does for a lost link
        if len(lives) == 3:
            return
        await asyncio.Event().wait()

    async with supervisor() as tasks:
        tasks.start("mortal", dies_thrice)
        await until(lambda: len(lives) == 4)
        assert tasks.alive == {"mortal": True}


async def test_a_task_is_asked_to_finish_before_it_is_cancelled() -> None:
    stopping, ended = asyncio.Event(), list[str]()

    async def finishes() -> None:
        await stopping.wait()
        ended.append("finished")

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async with supervisor() as tasks:
        tasks.start("polite", finishes, stop=stopping.set)
        tasks.start("endless", endless)
        await asyncio.sleep(0)
    assert sorted(ended) == ["cancelled", "finished"]
