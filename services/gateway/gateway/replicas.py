"""The replicas of a service: what its name resolves to, looked up again every two seconds."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog

LOOK_UP_SECONDS = 2.0
ASIDE_SECONDS = 2.0
"""How long a replica that refused a connection is asked last."""

Resolve = Callable[[str, int], Awaitable[list[str]]]
_log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class Replica:
    """One address of a service; `base` is the URL before the path."""

    base: str
    under_way: int = 0
    aside_until: float = 0.0
    served: int = 0

    def set_aside(self) -> None:
        self.aside_until = time.monotonic() + ASIDE_SECONDS


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system's resolver gives them. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(slots=True)
class Replicas:
    """The addresses behind `url`, `http://name:port`; the last known ones while a look-up fails."""

    url: str
    resolve: Resolve = resolve
    _known: dict[str, Replica] = field(default_factory=dict)

    @property
    def host_header(self) -> str:
        return urlsplit(self.url).netloc

    async def watch(self) -> None:
        """Looks up for ever; a supervised task."""
        while True:
            await asyncio.sleep(LOOK_UP_SECONDS)
            await self.look_up()

    async def look_up(self) -> None:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or 80
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                addresses = await self.resolve(host, port)
        except (OSError, TimeoutError) as error:
            if not self._known:
                _log.warning("name_not_resolved", error=type(error).__name__)
            return
        self._known = {
            address: self._known.get(address) or Replica(_base(address, port))
            for address in addresses
        }

    def best_first(self) -> list[Replica]:
        """Those not set aside first, then the least busy, then the one longest unasked."""
        if len(self._known) == 1:
            return list(self._known.values())
        now = time.monotonic()
        return sorted(
            self._known.values(),
            key=lambda one: (one.aside_until > now, one.under_way, one.served),
        )


def _base(address: str, port: int) -> str:
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
