"""Puts the mail office together from settings, profile and the services it needs."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

from pydantic import SecretStr

from notifications.domain.claims import Claimed
from notifications.rendering.envelope import Envelope
from notifications.rendering.renderer import Renderer
from notifications.sending.breaker import Breaker
from notifications.sending.connection import Server
from notifications.sending.dkim_signing import DkimSigner, KeyUnusable
from notifications.sending.lane import Lane
from notifications.sending.office import Office
from notifications.sending.pace import Pace
from notifications.sending.settler import Settler
from shared.clock import Clock
from shared.database import Database
from shared.identity_client import IdentityClient
from shared.settings import SettingsInvalid


def own_name() -> str:
    """What this host greets the mail server with (RFC 5321, 4.1.1.1)."""
    name = socket.gethostname()
    return name if name.isascii() and name.isprintable() and " " not in name else "localhost"


def writer(
    renderer: Renderer, identity: IdentityClient, clock: Clock, signer: DkimSigner | None = None
) -> Callable[[Claimed], Awaitable[Envelope]]:
    """Renders a claimed mail; a secret is fetched now and lives until the mail is handed in."""

    async def write(mail: Claimed) -> Envelope:
        if mail.delivery_id is None:
            written = renderer.write(mail, clock())
        else:
            delivery = await identity.delivery(mail.delivery_id)
            written = renderer.account(mail, delivery, clock())
        return (
            written if signer is None else replace(written, message=signer.signed(written.message))
        )

    return write


def dkim_signer(selector: str | None, key: SecretStr | None, sender: str) -> DkimSigner | None:
    """Who signs in the name of the sender's domain, if anybody does; raises SettingsInvalid."""
    if selector is None or key is None:
        return None
    try:
        return DkimSigner(selector, sender.partition("@")[2], key.get_secret_value())
    except KeyUnusable as fault:
        raise SettingsInvalid(str(fault)) from fault


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
