"""Identity's events leave for the queues of those who need them, and no secret goes with them."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
from builders.identity import EMAIL, running, settings
from builders.messaging import Bus, until
from builders.roll import FAMILY, NUMBER, SERIAL
from databases import Database
from pydantic import SecretStr

QUEUES = {
    "scheduling.members": 4,
    "notifications.people": 4,
    "notifications.addresses": 3,
    "notifications.mail": 2,
}


async def test_from_roll_to_log_out_each_queue_gets_its_facts_and_none_a_secret(
    new_database: Callable[[str], Awaitable[Database]], bus: Bus, tmp_path: Path
) -> None:
    given = settings(await new_database("identity"))
    given = given.model_copy(update={"amqp_url": SecretStr(bus.url("identity"))})
    async with running(given, tmp_path) as world:
        await world.loader.lines(FAMILY)
        await world.register()
        token = await world.activation_token()
        made = await world.call("POST", "/v1/accounts/activations", {"token": token})
        password = made.body["temporary_password"]
        began = await world.log_in(NUMBER, password)
        await world.call("DELETE", "/v1/sessions/current", bearer=began.body["access_token"])

        async def published() -> bool:
            return await world.count("outbox") == 0

        await until(published)
        bodies = []
        for queue, count in QUEUES.items():
            bodies += [message.body.decode() for message in await bus.take(queue, count)]

    told = "".join(bodies)
    keys = {orjson.loads(body)["type"] for body in bodies}
    assert {key.removeprefix("mx.sisa.identity.") for key in keys} == {
        "member.registered.v1",
        "member.described.v1",
        "account.registered.v1",
        "account.activated.v1",
        "contact.changed.v1",
        "delivery.requested.v1",
    }
    assert EMAIL in told
    for secret in (token, password, SERIAL, began.body["refresh_token"]):
        assert secret not in told
