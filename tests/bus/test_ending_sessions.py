"""What ends an account's sessions ends them in every process within a second (R-09 to R-11)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from builders.identity import World, running, settings
from builders.messaging import Bus, until
from builders.pace import within
from builders.roll import FAMILY, NUMBER, SERIAL
from databases import Database
from jwt import PyJWK
from pydantic import SecretStr

from identity.parts import SIGNER
from shared.auth import Verifier
from shared.errors import Unauthenticated
from shared.revocations import Revocations

Ending = Callable[[World, str, str], Awaitable[None]]


@pytest.fixture
async def world(
    new_database: Callable[[str], Awaitable[Database]], bus: Bus, tmp_path: Path
) -> AsyncIterator[World]:
    """Identity with a broker."""
    given = settings(await new_database("identity"))
    given = given.model_copy(update={"amqp_url": SecretStr(bus.url("identity"))})
    async with running(given, tmp_path) as running_world:
        await running_world.loader.lines(FAMILY)
        yield running_world


async def _recover(world: World, _bearer: str, _password: str) -> None:
    await world.call("POST", "/v1/password-resets", {"username": NUMBER})
    token = await world.mailed_token("recovery")
    await world.call("POST", "/v1/password-resets/confirmations", {"token": token})


async def _change_password(world: World, _bearer: str, password: str) -> None:
    other = (await world.log_in(NUMBER, password)).body["access_token"]
    body = {"current_password": password, "new_password": "un caballo azul 7"}
    assert (await world.call("PUT", "/v1/me/password", body, bearer=other)).status == 204


async def _change_email(world: World, bearer: str, _password: str) -> None:
    body = {"affiliation_number": NUMBER, "serial_number": SERIAL, "email": "nueva@example.org"}
    await world.call("POST", "/v1/accounts/reactivations", body)
    token = await world.mailed_token("email_change")
    answer = await world.call(
        "POST", "/v1/accounts/email-confirmations", {"token": token}, bearer=bearer
    )
    assert answer.body["state"] == "done"


async def _undo(world: World, _bearer: str, _password: str) -> None:
    body = {"affiliation_number": NUMBER, "serial_number": SERIAL, "email": "nueva@example.org"}
    await world.call("POST", "/v1/accounts/reactivations", body)
    token = await world.mailed_token("email_change")
    await world.call("POST", "/v1/accounts/email-confirmations", {"token": token})
    token = await world.mailed_token("email_changed")
    await world.call("POST", "/v1/accounts/email-reversals", {"token": token})


@pytest.mark.parametrize("ending", [_recover, _change_password, _change_email, _undo])
async def test_another_service_refuses_the_token_within_a_second(
    world: World, bus: Bus, ending: Ending
) -> None:
    password = await world.activated()
    bearer = (await world.log_in(NUMBER, password)).body["access_token"]
    elsewhere = await _verifier(world)
    listener = Revocations(
        bus.url("scheduling"),
        name="tests",
        revoked=elsewhere.revocations.add,
        catch_up=_nothing,
    )
    task = asyncio.create_task(listener.run())
    try:
        await until(lambda: listener.loaded)
        assert (await elsewhere.verify(bearer, world.clock())).role == "affiliate"
        await ending(world, bearer, password)

        async def refused() -> bool:
            try:
                await elsewhere.verify(bearer, world.clock())
            except Unauthenticated:
                return True
            return False

        await until(refused, within(1))
    finally:
        listener.stop()
        async with asyncio.timeout(within(8)):
            await task


async def _nothing() -> None:
    """The feed of the past is empty."""


async def _verifier(world: World) -> Verifier:
    """Another service's: it knows the published keys, and nothing of identity's database."""
    signer = world.app[SIGNER]

    async def keys() -> dict[str, PyJWK]:
        return signer.by_kid

    verifier = Verifier(keys)
    await verifier.load_keys(world.clock())
    return verifier
