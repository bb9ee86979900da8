"""What a database or broker looks like to those who use it, wherever it came from."""

from typing import Protocol


class Server(Protocol):
    """A server that can be stopped, killed and started again on the same ports and data."""

    @property
    def url(self) -> str:
        """Where it answers, with an administrator's name and password."""

    @property
    def pid(self) -> int:
        """The process id of the server itself; raises `CannotProvide` when it is not ours."""

    async def start(self) -> None:
        """Start it and return when it answers."""

    async def ended(self) -> None:
        """Return when it ends, for whatever reason; never for a server that is not ours."""

    async def stop(self) -> None:
        """Let it finish and end it; its data are on disk then."""

    async def kill(self) -> None:
        """End it as a power cut would."""


class Broker(Server, Protocol):
    """RabbitMQ, which has a second address for its management API."""

    @property
    def management_url(self) -> str:
        """Where the management API answers, with the same name and password."""
