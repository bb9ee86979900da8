"""Asking for the activation mail again: always the same answer, and never a flood (R-06)."""

import pytest
from builders.identity import EMAIL, World
from builders.roll import NUMBER

PATH = "/v1/accounts/activation-resends"


async def _ask(world: World, username: str, address: str = "192.0.2.1") -> int:
    headers = {"Sisa-Client-Address": address}
    return (await world.call("POST", PATH, {"username": username}, headers=headers)).status


@pytest.mark.parametrize("username", [NUMBER, EMAIL], ids=["number", "e-mail"])
async def test_beyond_five_an_hour_for_a_name_the_answer_is_the_same_and_nothing_is_sent(
    world: World, username: str
) -> None:
    await world.register()
    sent = set()
    for _ in range(8):
        world.clock.forward(seconds=60)
        assert await _ask(world, username) == 202
        sent.add(await world.activation_token())
    assert len(sent) == 5

    world.clock.forward(hours=1)
    assert await _ask(world, username) == 202
    assert await world.activation_token() not in sent


async def test_beyond_a_hundred_an_hour_from_an_address_nothing_is_sent(world: World) -> None:
    await world.register()
    first = await world.activation_token()
    world.clock.forward(seconds=60)
    for place in range(100):
        assert await _ask(world, f"9800{place:04}") == 202

    assert await _ask(world, NUMBER) == 202
    assert await world.activation_token() == first
    assert await _ask(world, NUMBER, "192.0.2.2") == 202
    assert await world.activation_token() != first
