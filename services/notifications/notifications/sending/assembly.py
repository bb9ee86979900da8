"""Puts the mail office together from settings, profile and the services it needs."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from notifications.domain.claims import Claimed
from notifications.rendering.renderer import Envelope, Renderer
from notifications.sending.breaker import Breaker
from notifications.sending.connection import Server
from notifications.sending.lane import Lane
from notifications.sending.office import Office
from notifications.sending.pace import Pace
from notifications.sending.settler import Settler
from shared.clock import Clock
from shared.database import Database
from shared.identity_client import IdentityClient


def own_name() -> str:
    """What this host greets the mail server with (RFC 5321, 4.1.1.1)."""
    name = socket.gethostname()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


def writer(
    renderer: Renderer, identity: IdentityClient, clock: Clock
) -> Callable[[Claimed], Awaitable[Envelope]]:
    """Renders a claimed mail; a secret is fetched now and lives until the mail is handed in."""

    async def write(mail: Claimed) -> Envelope:
        if mail.delivery_id is None:
            return renderer.appointment(mail, clock())
        delivery = await identity.delivery(mail.delivery_id)
        return renderer.account(mail, delivery, clock())

    return write


def office(
    database: Database,
    clock: Clock,
    write: Callable[[Claimed], Awaitable[Envelope]],
    *,
    sender: str,
    server: Server,
    connections: int,
    rate: float,
    breaker: Breaker | None = None,
) -> tuple[Office, Breaker]:
    """An office of so many lanes, and the breaker that they share."""
    stopping = asyncio.Event()
    guard = breaker or Breaker(server.connect)
    settler = Settler(database, clock)
    pace = Pace(rate)
    lanes = [
        Lane(database, clock, write, sender, guard, pace, settler, stopping)
        for _ in range(connections)
    ]
    return Office(database, clock, settler, lanes, stopping), guard
