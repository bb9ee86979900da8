"""What other services may ask, with a token of their own and nothing else (decision 1)."""

from typing import Any

import aiohttp
import pytest
from builders.identity import NOTIFICATIONS_SECRET, World
from builders.roll import NUMBER

from identity.usecases.clean_up import reap_deliveries
from shared.errors import NotFound, Unavailable
from shared.identity_client import IdentityClient
from shared.ids import uuid7


async def test_the_house_client_reads_keys_revocations_and_deliveries(world: World) -> None:
    password = await world.activated()
    began = await world.log_in(NUMBER, password)
    await world.call("DELETE", "/v1/sessions/current", bearer=began.body["access_token"])
    (mailed,) = await world.deliveries("credentials")
    # The client gives absolute addresses, which a session with a base of its own refuses.
    async with aiohttp.ClientSession() as session:
        client = IdentityClient(
            session,
            url=str(world.http._base_url),
            service="notifications",
            secret=NOTIFICATIONS_SECRET,
            clock=world.clock,
        )

        keys = await client.public_keys()
        (revoked,) = await client.revocations(world.clock())
        first = await client.delivery(mailed.delivery_id)
        again = await client.delivery(mailed.delivery_id)
        await client.delete_delivery(mailed.delivery_id)

        assert len(keys) == 1
        assert revoked.session_id is not None
        assert first == again
        assert first.data["temporary_password"] == password
        with pytest.raises(NotFound):
            await client.delivery(mailed.delivery_id)
        wrong = IdentityClient(
            session,
            url=str(world.http._base_url),
            service="notifications",
            secret="guessed",
            clock=world.clock,
        )
        with pytest.raises(Unavailable):
            await wrong.public_keys()


@pytest.mark.parametrize(
    "body",
    [
        {"service": "notifications", "secret": "scheduling-of-tests"},
        {"service": "nobody", "secret": NOTIFICATIONS_SECRET},
        {"service": "gateway", "secret": "x"},
    ],
)
async def test_a_service_that_cannot_prove_itself_gets_no_token(
    world: World, body: dict[str, Any]
) -> None:
    answer = await world.call("POST", "/internal/tokens", body)

    assert (answer.status, answer.slug) == (401, "invalid-credentials")


@pytest.mark.parametrize(
    "path", ["/internal/keys", "/internal/revocations?since=2031-03-01T00:00:00Z"]
)
async def test_internal_operations_need_a_services_token_not_a_persons(
    world: World, path: str
) -> None:
    password = await world.activated()
    person = (await world.log_in(NUMBER, password)).body["access_token"]

    assert (await world.call("GET", path)).status == 401
    assert (await world.call("GET", path, bearer=person)).status == 401
    token = world.service_token()
    assert (await world.call("GET", path, bearer=token)).status == 200
    assert (await world.call("GET", "/v1/me", bearer=token)).status == 401
    world.clock.forward(minutes=5, seconds=5)
    assert (await world.call("GET", path, bearer=token)).status == 401


async def test_only_notifications_reads_what_is_to_be_mailed(world: World) -> None:
    await world.register()
    (delivery,) = await world.deliveries("activation")
    path = f"/internal/deliveries/{delivery.delivery_id}"

    foreign = await world.call("GET", path, bearer=world.service_token("scheduling"))
    deleting = await world.call("DELETE", path, bearer=world.service_token("scheduling"))

    assert (foreign.status, deleting.status) == (403, 403)
    assert (await world.call("GET", path, bearer=world.service_token())).status == 200


async def test_a_service_that_was_taken_off_the_list_is_refused_at_once(world: World) -> None:
    token = world.service_token("gateway")

    assert (await world.call("GET", "/internal/keys", bearer=token)).status == 401


async def test_an_expired_delivery_is_gone_and_reaped(world: World) -> None:
    await world.register()
    (delivery,) = await world.deliveries("activation")
    path = f"/internal/deliveries/{delivery.delivery_id}"

    world.clock.forward(hours=72)
    answer = await world.call("GET", path, bearer=world.service_token())

    assert answer.status == 404
    assert await reap_deliveries(world.database, now=world.clock()) == 1
    assert await world.count("deliveries") == 0


async def test_a_delivery_moved_to_another_row_does_not_open(world: World) -> None:
    await world.register()
    other = uuid7()
    async with world.database.connection() as connection:
        await connection.execute("UPDATE deliveries SET delivery_id = $1", other)

    path = f"/internal/deliveries/{other}"
    assert (await world.call("GET", path, bearer=world.service_token())).status == 404


@pytest.mark.parametrize("since", ["", "ayer", "0", "2031-03-01"])
async def test_revocations_need_an_instant(world: World, since: str) -> None:
    path = f"/internal/revocations?since={since}"

    assert (await world.call("GET", path, bearer=world.service_token())).status == 400
