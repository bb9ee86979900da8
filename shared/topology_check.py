"""What a service asserts about the bus at its start: passively, naming what is missing."""

import asyncio

import structlog
from aio_pika.exceptions import AMQPChannelError

from shared.bus import STEP_SECONDS, Link, linked, login_of, lost_on_cancel
from shared.topology import EXCHANGES, queues_of

WATCH_SECONDS = 60.0
RETRY_SECONDS = 5.0

_log = structlog.get_logger()


async def missing(amqp_url: str) -> list[str]:
    """The exchanges and this login's work queues that the broker lacks or does not show us.

    `python -m shared.ops topology apply` makes them. Raises BrokerLost, an AMQP error or
    TimeoutError when the broker can't be asked.
    """
    exchanges = [(f"exchange {one.name}", one.name, True) for one in EXCHANGES]
    queues = [(f"queue {name}", name, False) for name in queues_of(login_of(amqp_url))]
    async with linked(amqp_url, "topology-check") as link:
        return [
            label
            for label, name, is_exchange in (*exchanges, *queues)
            if not await _exists(link, name, is_exchange=is_exchange)
        ]


async def _exists(link: Link, name: str, *, is_exchange: bool) -> bool:
    # A channel for each question: the broker closes it to say no.
    async with lost_on_cancel(), asyncio.timeout(STEP_SECONDS):
        channel = await link.channel()
        try:
            if is_exchange:
                await channel.get_exchange(name, ensure=True)
            else:
                await channel.get_queue(name, ensure=True)
        except AMQPChannelError:
            return False
        await channel.close()
    return True


async def watch(amqp_url: str, found: list[bool]) -> None:
    """Looks once a minute, for ever, and logs what is missing; `found` holds the last answer."""
    while True:
        try:
            lacking = await missing(amqp_url)
        except Exception as error:  # noqa: BLE001  # the broker is away: others tell that, we look again
            _log.info("topology_not_seen", error=type(error).__name__)
            found[:] = [False]
            await asyncio.sleep(RETRY_SECONDS)
            continue
        found[:] = [not lacking]
        if lacking:
            _log.error("topology_incomplete", missing=lacking)
        await asyncio.sleep(RETRY_SECONDS if lacking else WATCH_SECONDS)
