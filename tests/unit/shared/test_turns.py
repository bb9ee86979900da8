"""A volley is begun a few at a time, in its order, and the loop looks up in between."""

import asyncio

from shared.turns import Turns


async def test_a_volley_is_begun_in_rounds_and_in_order() -> None:
    turns = Turns(at_once=3)
    begun: list[int] = []
    rounds: list[int] = []

    async def one(number: int) -> None:
        await turns.take()
        begun.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(20)]
    while len(begun) < 20:
        await asyncio.sleep(0)
        rounds.append(len(begun))

    await asyncio.gather(*tasks)
    assert begun == list(range(20))
    assert max(now - before for before, now in zip([0, *rounds], rounds, strict=False)) <= 6


async def test_a_timer_that_is_due_fires_between_the_rounds_of_a_volley() -> None:
    turns = Turns(at_once=1)
    begun = 0

    async def one() -> None:
        nonlocal begun
        await turns.take()
        begun += 1

    seen: list[int] = []
    asyncio.get_running_loop().call_later(0, lambda: seen.append(begun))
    await asyncio.gather(*(one() for _ in range(50)))

    assert begun == 50
    assert seen[0] < 10


async def test_who_hung_up_while_waiting_costs_nobody_a_turn() -> None:
    turns = Turns(at_once=1)
    first, gone, *others = (asyncio.create_task(turns.take()) for _ in range(4))
    await asyncio.sleep(0)
    gone.cancel()

    async with asyncio.timeout(1):
        await asyncio.gather(first, *others)
    assert gone.cancelled()


async def test_after_a_volley_single_requests_pass_at_once() -> None:
    turns = Turns(at_once=2)
    await asyncio.gather(*(turns.take() for _ in range(10)))
    for _ in range(10):
        await asyncio.sleep(0.001)
        passing = turns.take()
        try:
            passing.send(None)
        except StopIteration:
            continue
        raise AssertionError
