"""The three queues on a real broker: what identity and scheduling publish becomes one mail."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from builders.mail_facts import PROFILE, Family, activated, booked, cancelled, described, reached_at
from builders.messaging import Bus, bus_on
from builders.notifications import World

from deploy.local.server import Broker
from notifications import consumers
from shared import outbox
from shared.consume import Consumer
from shared.contracts.event import Fact
from shared.ids import uuid7


@contextlib.asynccontextmanager
async def consuming(world: World, bus: Bus) -> AsyncIterator[None]:
    """Notifications' own consumers, as its own login."""
    url = bus.url("notifications")
    running = [
        Consumer(world.database, url, subscription, name="notifications")
        for subscription in consumers.subscriptions(world.clock, PROFILE)
    ]
    tasks = [asyncio.create_task(consumer.run()) for consumer in running]
    try:
        yield
    finally:
        for consumer in running:
            consumer.stop()
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


async def publish(bus: Bus, world: World, fact: Fact, sequence: int = 1, times: int = 1) -> None:
    """As the fact's own producer publishes it, the very same event several times."""
    row = outbox.row(fact, sequence=sequence, now=world.clock())
    await bus.send(fact.producer(), row.exchange, row.routing_key, *[row.body] * times)


async def test_r_51_what_is_delivered_thrice_and_out_of_order_is_mailed_once(
    world: World, rabbitmq: Broker
) -> None:
    family = Family()
    booking = booked(family)
    facts: list[tuple[Fact, int]] = [
        (cancelled(booking), 2),
        (booking, 1),
        (activated(family), 2),
        (reached_at(family), 1),
        (described(family), 1),
    ]
    async with bus_on(rabbitmq) as bus, consuming(world, bus), world.sending():
        for fact, sequence in facts:
            await publish(bus, world, fact, sequence, times=3)
        async with asyncio.timeout(15):
            while not world.mail_server.accepted:
                world.clock.forward(seconds=1)
                await asyncio.sleep(0.2)
        await world.becomes(("suppressed", "superseded"), ("sent", None))
        assert await bus.depth("notifications.mail") == 0
        assert await bus.depth("notifications.mail.dead") == 0
    (mail,) = world.mail_server.accepted
    assert mail.parsed["Subject"] == "Tu cita fue cancelada"


async def test_an_unknown_kind_of_delivery_is_kept_in_the_dead_letter(
    world: World, rabbitmq: Broker
) -> None:
    delivery = uuid7()
    body = (
        f'{{"specversion":"1.0","id":"{uuid7()}","source":"/identity",'
        f'"type":"mx.sisa.identity.delivery.requested.v1","subject":"{delivery}",'
        '"time":"2026-11-23T15:00:00Z","dataschema":"/x","sequence":"0000000001",'
        f'"data":{{"delivery_id":"{delivery}","account_id":null,"template":"of_tomorrow"}}}}'
    )
    async with bus_on(rabbitmq) as bus, consuming(world, bus):
        await bus.send("identity", "sisa.private", "identity.delivery.requested", body)
        (letter,) = await bus.take("notifications.mail.dead", 1)
    assert letter.headers["sisa-reason"] == "schema"
    assert await world.mails() == []
