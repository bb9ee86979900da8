"""The second listener: the portal's browsers are counted, and nobody else's word is taken."""

import asyncio
import time

from builders.gateway import CREDENTIAL, World, gateway, settings
from builders.pace import within
from fakes.neighbour import Neighbour

BROWSER = {"Sisa-Client-Address": "203.0.113.9"}


async def _address(world: World, identity: Neighbour, headers: dict[str, str], port: int) -> str:
    await world.call("GET", "/v1/institute", headers=headers, port=port)
    return identity.asked[-1].headers["Sisa-Client-Address"]


async def test_the_browsers_address_is_believed_with_the_portals_credential_alone(
    world: World, identity: Neighbour
) -> None:
    shown = BROWSER | {"Sisa-Portal-Credential": CREDENTIAL}
    wrong = BROWSER | {"Sisa-Portal-Credential": CREDENTIAL[:-1]}
    assert await _address(world, identity, shown, world.portal) == "203.0.113.9"
    assert await _address(world, identity, wrong, world.portal) == "127.0.0.1"
    assert await _address(world, identity, BROWSER, world.portal) == "127.0.0.1"


async def test_on_the_public_listener_not_even_the_credential_makes_it_believed(
    world: World, identity: Neighbour
) -> None:
    shown = BROWSER | {"Sisa-Portal-Credential": CREDENTIAL}
    assert await _address(world, identity, shown, world.public) == "127.0.0.1"


async def test_an_address_that_is_none_counts_as_the_socket(
    world: World, identity: Neighbour
) -> None:
    shown = {"Sisa-Client-Address": "203.0.113.9, x", "Sisa-Portal-Credential": CREDENTIAL}
    assert await _address(world, identity, shown, world.portal) == "127.0.0.1"


async def test_the_credential_never_reaches_a_service(world: World, identity: Neighbour) -> None:
    shown = BROWSER | {"Sisa-Portal-Credential": CREDENTIAL}
    await world.call("GET", "/v1/institute", headers=shown, port=world.portal)
    assert CREDENTIAL not in str(identity.asked[-1].headers)


async def test_the_portal_has_its_answer_within_two_seconds_of_a_hung_service(
    world: World, scheduling: Neighbour
) -> None:
    scheduling.mood = "hangs"

    async def waited(port: int) -> float:
        began = time.monotonic()
        assert (await world.call("GET", "/v1/appointments", port=port)).status == 503
        return time.monotonic() - began

    portal, public = await asyncio.gather(waited(world.portal), waited(world.public))
    assert portal < min(2 + within(0.4), public - 0.5)


async def test_pages_that_wait_do_not_take_the_public_listeners_places(
    identity: Neighbour, scheduling: Neighbour
) -> None:
    scheduling.mood = "hangs"
    given = settings(identity.url, scheduling.url, portal_places=2)
    async with gateway(given) as world:
        waiting = [
            asyncio.create_task(world.call("GET", "/v1/appointments", port=world.portal))
            for _ in range(6)
        ]
        await asyncio.sleep(0.2)
        scheduling.mood = "answers"
        got = await world.call("GET", "/v1/appointments")
        assert got.status == 200
        assert {answer.status for answer in await asyncio.gather(*waiting)} <= {200, 503}


async def test_the_portals_listener_has_the_api_and_no_pages(world: World) -> None:
    assert (await world.call("GET", "/activar?token=x", port=world.portal)).status == 404
    assert (await world.call("GET", "/v1/institute", port=world.portal)).status == 200
